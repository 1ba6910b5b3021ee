import { createHmac } from "node:crypto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openSlack } from "#integrations/slack/slack.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { answerElsewhere } from "#operations/answer-elsewhere.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { earOf } from "#operations/hear-elsewhere.ts";
import type { Elsewhere } from "#operations/ports/elsewhere.ts";
import { showElsewhere } from "#operations/show-elsewhere.ts";
import { showTask } from "#operations/show-tasks.ts";
import { openSlackStandIn, type SlackStandIn } from "#test/slack/slack.ts";
import { type Bench, openBench, reports } from "../operations/bench.ts";
import { labelled, type QuietGitHub, quietGitHub } from "../operations/quiet-github.ts";
import { ask, item } from "./asking.ts";

let github: QuietGitHub;
let bench: Bench;
let slack: SlackStandIn;
let place: Elsewhere;
const people = { U1: "ada" };
const warned: string[] = [];
beforeEach(async () => {
  github = quietGitHub();
  bench = openBench(github.github);
  slack = await openSlackStandIn();
  const { apiUrl, token, appToken, channel } = slack;
  place = openSlack({ apiUrl, token, appToken, channel, people, clock: bench.world.clock });
  warned.length = 0;
  place.listen?.(earOf(bench.world, "slack", { warn: (_details, message) => void warned.push(message) }));
  acceptDelivery(bench.world, labelled(1, bench.world.clock()));
  await bench.workDeliveries();
  await vi.waitFor(() => expect(slack.connected()).toBe(1));
});
afterEach(async () => {
  await place.close();
  expect(slack.violations).toEqual([]);
  bench.close();
  await slack.close();
});

const taskNow = () => showTask(bench.world, "TASK-1");
const show = () => showElsewhere(bench.world, place, "TASK-1");
const whispered = (count: number) => vi.waitFor(() => expect(slack.whispers).toHaveLength(count));

type Shown = { action_id: string; value: string; text: { text: string } };
/** The button of the message with this label. */
function button(label: string): { action: string; value: string } {
  const blocks = slack.messages[0]?.blocks as { type: string; elements?: Shown[] }[];
  const found = blocks.flatMap(({ elements }) => elements ?? []).find(({ text }) => text.text?.includes(label));
  if (found === undefined) throw new Error(`no button ${label}`);
  return { action: found.action_id, value: found.value };
}

test("a button does what it says for a person whom the operator has named, once, however often Slack tells of it", async () => {
  await show();
  const trigger = await slack.press({ user: "U1", ...button("Stop") });
  await whispered(1);
  expect(slack.whispers).toEqual([{ user: "U1", text: "Done: TASK-1 is asked to stop." }]);
  expect(taskNow()).toMatchObject({ status: "completed", conclusion: "cancelled" });
  await slack.press({ user: "U1", ...button("Stop"), trigger });
  await whispered(2);
  expect(slack.whispers[1]).toEqual(slack.whispers[0]);
  await show();
  await Promise.all([1, 2].map(() => slack.press({ user: "U1", ...button("Retry") })));
  await whispered(4);
  expect(taskNow().runs).toHaveLength(2);
});

test("a button pressed by a stranger does nothing and says so; one pressed without the role does not either", async () => {
  await show();
  await slack.press({ user: "U9", ...button("Stop") });
  await whispered(1);
  expect(slack.whispers[0]?.text).toContain("has not said whose GitHub login is yours");
  github.role = "read";
  await slack.press({ user: "U1", ...button("Stop") });
  await whispered(2);
  expect(slack.whispers[1]?.text).toContain("needs the role write");
  expect(taskNow().status).toBe("queued");
});

test("a question is answered by a button: the session goes on with it, and a second answer is told that it is too late", async () => {
  await show();
  const runner = ask(bench);
  await show();
  await slack.press({ user: "U1", ...button("Danish") });
  await whispered(1);
  await slack.press({ user: "U1", ...button("French") });
  await whispered(2);
  expect(slack.whispers[1]?.text).toContain("answered already");
  expect(bench.claim(runner)).toMatchObject({ resume: true, answer: { answers: { "Which?": "Danish" } } });
});

test("a plan is read and approved by a button, once; a plan that has changed since then is not", async () => {
  const runner = bench.addRunner();
  await answerElsewhere(bench.world, { key: "slack:s", login: "ada", verb: "stop", words: "", of: "TASK-1" });
  await answerElsewhere(bench.world, { key: "slack:p", login: "ada", verb: "plan", words: "", of: "TASK-1" });
  const plan = (summary: string) => {
    const { runId, epoch } = bench.claim(runner);
    bench.pass(1_000);
    applyReports(bench.world, runner, runId, epoch, reports([{ kind: "completed", conclusion: "success", summary }]));
  };
  plan("1. Change greet.js.");
  await show();
  expect(JSON.stringify(slack.messages[0]?.blocks)).toContain("Change greet.js.");
  const old = button("Approve");
  await answerElsewhere(bench.world, { key: "slack:q", login: "ada", verb: "say", words: "In Danish.", of: "TASK-1" });
  plan("1. Change greet.js to Danish.");
  await slack.press({ user: "U1", ...old });
  await whispered(1);
  expect(slack.whispers[0]?.text).toContain("nothing was done");
  await slack.press({ user: "U9", ...button("Approve") });
  await whispered(2);
  expect(slack.whispers[1]?.text).toContain("has not said whose GitHub login is yours");
  await show();
  await slack.press({ user: "U1", ...button("Approve") });
  await whispered(3);
  expect(slack.whispers[2]?.text).toBe("Approved: TASK-1 goes on.");
  expect(bench.claim(runner)).toMatchObject({ purpose: "implement", resume: true });
});

test("somebody who is named by e-mail may act, as soon as Slack knows them", async () => {
  await place.close();
  await slack.close();
  slack = await openSlackStandIn({ emails: { "ada@acme.test": "U7" } });
  const { apiUrl, token, appToken, channel } = slack;
  const named = { "ada@acme.test": "ada", "gone@acme.test": "gone" };
  place = openSlack({ apiUrl, token, appToken, channel, people: named, clock: bench.world.clock });
  place.listen?.(earOf(bench.world, "slack", { warn: () => undefined }));
  await vi.waitFor(() => expect(slack.connected()).toBe(1));
  await show();
  await slack.press({ user: "U8", ...button("Stop") });
  await whispered(1);
  await slack.press({ user: "U7", ...button("Stop") });
  await whispered(2);
  expect(slack.whispers.map(({ text }) => text)).toEqual([
    expect.stringContaining("Nothing was done"),
    "Done: TASK-1 is asked to stop.",
  ]);
});

test("what Slack posts by HTTP is heard with its signature of the last minutes only, and does the same", async () => {
  await place.close();
  const { apiUrl, token, channel } = slack;
  const signingSecret = "0123456789abcdef0123456789abcdef";
  place = openSlack({ apiUrl, token, signingSecret, channel, people, clock: bench.world.clock });
  place.listen?.(earOf(bench.world, "slack", { warn: () => undefined }));
  await show();
  const post = async (form: Record<string, string>, of: { secret?: string; lateMs?: number } = {}) => {
    const body = new URLSearchParams(form).toString();
    const at = String(Math.floor((bench.world.clock() - (of.lateMs ?? 0)) / 1_000));
    const signature = createHmac("sha256", of.secret ?? signingSecret)
      .update(`v0:${at}:${body}`)
      .digest("hex");
    const headers = { "x-slack-request-timestamp": at, "x-slack-signature": `v0=${signature}` };
    const answer = await place.door?.hear({ headers, body: Buffer.from(body) });
    answer?.after?.();
    return [answer?.status, answer?.json];
  };
  const { action, value } = button("Stop");
  const press = {
    type: "block_actions",
    trigger_id: "1.1",
    user: { id: "U1" },
    actions: [{ action_id: action, value }],
  };
  const payload = { payload: JSON.stringify(press) };
  expect((await post(payload, { secret: "another" }))[0]).toBe(401);
  expect((await post(payload, { lateMs: 6 * 60_000 }))[0]).toBe(401);
  expect((await post({ neither: "x" }))[0]).toBe(400);
  expect(taskNow().status).toBe("queued");
  const command = { command: "/claude", text: "status TASK-1", user_id: "U1", trigger_id: "1.2" };
  expect(await post({ ...command, response_url: `${apiUrl.replace("/api/", "")}/response/U1` })).toEqual([200, null]);
  await whispered(1);
  expect(await post(payload)).toEqual([200, null]);
  await whispered(2);
  expect(slack.whispers.map(({ text }) => text)).toEqual([
    expect.stringContaining("Queued"),
    "Done: TASK-1 is asked to stop.",
  ]);
});

test("several questions are answered in words of one's own, in a form", async () => {
  await show();
  const runner = ask(bench, [item("Which?"), item("How?", [])]);
  await show();
  await slack.press({ user: "U9", ...button("Answer…") });
  await whispered(1);
  expect(slack.views).toEqual([]);
  await slack.press({ user: "U1", ...button("Answer…") });
  await vi.waitFor(() => expect(slack.views).toHaveLength(1));
  await slack.submit({ user: "U1", view: "V1", values: ["2", "Kindly,\nand short"] });
  await whispered(2);
  expect(bench.claim(runner).answer?.answers).toEqual({ "Which?": "Danish", "How?": "Kindly, and short" });
});

test("/claude tells, stops and starts; a stranger is told nothing", async () => {
  const said = async (user: string, text: string) => {
    const before = slack.whispers.length;
    await slack.speak({ user, text });
    await whispered(before + 1);
    return slack.whispers.at(-1)?.text;
  };
  expect(await said("U1", "status task-1")).toContain("Queued");
  expect(await said("U1", "why TASK-1")).toContain("✓");
  expect(await said("U1", "stop TASK-1")).toBe("Done: TASK-1 is asked to stop.");
  expect(await said("U1", "create acme/shop#2")).toBe("Done: TASK-2 is queued.");
  expect(await said("U1", "create acme/shop Greet in Danish\nSay hej.")).toBe("Done: TASK-3 is queued.");
  expect(showTask(bench.world, "TASK-3")).toMatchObject({ title: "Greet in Danish", issue: null, requestedBy: "ada" });
  expect(await said("U9", "create acme/shop Delete all")).toContain("Nothing was done");
  github.role = "read";
  expect(await said("U1", "create acme/shop Greet again")).toContain("ada has the role read here");
  github.role = "write";
  expect(await said("U1", "stop")).toContain("a task behind it");
  expect(await said("U1", "help")).toContain("/claude status TASK-12");
  expect(await said("U9", "status TASK-1")).toContain("Nothing was done");
});

test("when Slack ends the connection it is made again; while there is none that is said", async () => {
  slack.fail("apps.connections.open", { error: "invalid_auth" });
  slack.drop();
  await vi.waitFor(() => expect(place.deafness?.()).toContain("invalid_auth"), 5_000);
  await vi.waitFor(() => expect(slack.connected()).toBe(1), 5_000);
  await vi.waitFor(() => expect(place.deafness?.()).toBeNull());
});

test("when GitHub does not answer nothing is done, and that is said", async () => {
  await show();
  Object.assign(bench.world, { github: new Proxy({}, { get: () => () => Promise.reject(new Error("away")) }) });
  await slack.press({ user: "U1", ...button("Stop") });
  await whispered(1);
  expect(slack.whispers[0]?.text).toContain("GitHub did not answer");
  expect(warned).toHaveLength(1);
});
