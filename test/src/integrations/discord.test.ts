import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { serveDoor } from "#http/door.ts";
import { openDiscord } from "#integrations/discord/discord.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { answerElsewhere } from "#operations/answer-elsewhere.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import { earOf } from "#operations/hear-elsewhere.ts";
import { type Elsewhere, ElsewhereBusyError, ElsewhereDownError } from "#operations/ports/elsewhere.ts";
import { showElsewhere } from "#operations/show-elsewhere.ts";
import { showTask } from "#operations/show-tasks.ts";
import { type DiscordStandIn, type Interacted, openDiscordStandIn } from "#test/discord/discord.ts";
import { type Bench, minute, openBench, reports } from "../operations/bench.ts";
import { labelled, type QuietGitHub, quietGitHub } from "../operations/quiet-github.ts";
import { ask, item } from "./asking.ts";

const ada = "600000000000000006";
const title = "Greet @everyone in *French* [here](https://evil.test)";
const stranger = "700000000000000007";
let github: QuietGitHub;
let bench: Bench;
let discord: DiscordStandIn;
let place: Elsewhere;
let server: Server;
let door: string;
beforeEach(async () => {
  github = quietGitHub();
  bench = openBench(github.github);
  discord = await openDiscordStandIn();
  const { apiUrl, token, channel, publicKey } = discord;
  const to = { kind: "bot" as const, channel, token, publicKey };
  place = openDiscord({ to, apiUrl, people: { [ada]: "ada" }, clock: bench.world.clock });
  place.listen?.(earOf(bench.world, "discord", { warn: () => undefined }));
  const app = express();
  if (place.door !== undefined) app.all(place.door.path, serveDoor(place.door));
  server = createServer(app).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  door = `http://127.0.0.1:${(server.address() as AddressInfo).port}${place.door?.path}`;
  acceptDelivery(bench.world, labelled(1, bench.world.clock(), { title }));
  await bench.workDeliveries();
});
afterEach(async () => {
  await place.close();
  server.closeAllConnections();
  server.close();
  expect(discord.violations).toEqual([]);
  bench.close();
  await discord.close();
});

const show = (where = place) => showElsewhere(bench.world, where, "TASK-1");
const taskNow = () => showTask(bench.world, "TASK-1");
let commands = 0;
function asked(verb: string) {
  commands += 1;
  return answerElsewhere(bench.world, { key: `discord:c${commands}`, login: "ada", verb, words: "", of: "TASK-1" });
}
const interact = (of: Partial<Interacted>) => discord.interact(door, { type: 3, at: bench.world.clock(), ...of });
const filledIn = (count: number) => vi.waitFor(() => expect(discord.filledIn).toHaveLength(count));

function button(label: string): object {
  const buttons = discord.messages[0]?.components.flatMap(({ components }) => components) ?? [];
  const found = buttons.find((one) => one.label.includes(label));
  if (found === undefined) throw new Error(`no button ${label}`);
  return { component_type: 2, custom_id: found.custom_id };
}

describe("what Discord shows", () => {
  test("is one message for a task, kept up to date; failure is told to all, the rest in its thread", async () => {
    await show();
    cancelTask(bench.world, "TASK-1", "ada");
    await show();
    await show();
    expect(discord.messages.map(({ channel, edits }) => ({ channel, edits }))).toEqual([
      { channel: discord.channel, edits: 1 },
      { channel: discord.channel, edits: 0 },
    ]);
    expect(discord.messages[1]).toMatchObject({ reference: discord.messages[0]?.id, mentions: [] });
    await interact({ user: ada, data: button("Retry") });
    await filledIn(1);
    await show();
    expect(discord.messages[2]).toMatchObject({ channel: discord.messages[0]?.id });
    expect([...discord.threads.values()]).toEqual(["TASK-1"]);
  });

  test("calls whoever asked for the task when Claude asks, and nobody that a title names", async () => {
    await show();
    ask(bench);
    await show();
    expect(discord.messages.map(({ mentions }) => mentions)).toEqual([[], [ada]]);
    expect(discord.messages[0]?.embeds[0]?.description).toContain("\\[here\\]\\(https://evil.test\\)");
  });

  test("is found again when it was posted before its record was lost, and posted anew when somebody has deleted it", async () => {
    discord.fail("POST", { cut: "after" });
    await expect(show()).rejects.toThrow();
    expect(discord.messages).toHaveLength(1);
    await show();
    expect(discord.messages).toHaveLength(1);
    discord.messages.splice(0);
    cancelTask(bench.world, "TASK-1", "ada");
    await show();
    expect(discord.messages[0]?.embeds[0]?.title).toContain("Failed");
  });

  test("waits while Discord wants rest; what it refuses for good is said with what to do", async () => {
    discord.fail("POST", { retryAfter: 30 });
    const busy = await show().catch((error: unknown) => error);
    expect(busy).toBeInstanceOf(ElsewhereBusyError);
    expect((busy as ElsewhereBusyError).until).toBeGreaterThanOrEqual(bench.world.clock() + 29_000);
  });

  test("says what to do when the bot may not", async () => {
    discord.fail("POST", { status: 403, code: 50001 });
    const refused = await show().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ElsewhereDownError);
    expect(String(refused)).toContain("give the bot access");
  });

  test("is notifications only by a webhook: no buttons, no threads", async () => {
    const to = { kind: "webhook" as const, ...discord.webhook };
    const hook = openDiscord({ to, apiUrl: discord.apiUrl, people: {}, clock: bench.world.clock });
    await show(hook);
    cancelTask(bench.world, "TASK-1", "ada");
    await show(hook);
    expect(hook.door).toBeUndefined();
    expect(discord.messages.map(({ edits, components }) => [edits, components])).toEqual([
      [1, []],
      [0, []],
    ]);
    expect(`${hook.place} ${JSON.stringify(discord.messages)}`).not.toContain(discord.webhook.token);
    await hook.close();
  });
});

describe("what people press in Discord", () => {
  test.each(["signature", "key", "body"] as const)("is 401 with a wrong %s, and does nothing", async (wrong) => {
    await show();
    expect((await interact({ user: ada, data: button("Stop"), wrong })).status).toBe(401);
    expect(taskNow().status).toBe("queued");
  });

  test("is 401 when it was signed long ago; Discord's ping is answered", async () => {
    expect((await interact({ type: 1, at: bench.world.clock() - 11 * minute })).status).toBe(401);
    expect(await interact({ type: 1 })).toEqual({ status: 200, body: { type: 1 } });
    expect((await fetch(door)).status).toBe(405);
  });

  test("is done for a person whom the operator has named, once, and a stranger is told that nothing was done", async () => {
    await show();
    const data = button("Stop");
    const answer = await interact({ user: stranger, data });
    expect(answer.body.data).toMatchObject({ flags: 64, content: expect.stringContaining("Nothing was done") });
    expect(taskNow().status).toBe("queued");
    const press = { user: ada, data, id: "800000000000000008" };
    expect((await interact(press)).body).toEqual({ type: 5, data: { flags: 64 } });
    await filledIn(1);
    await interact(press);
    await filledIn(2);
    expect(discord.filledIn).toEqual(Array.from({ length: 2 }, () => "Done: TASK\\-1 is asked to stop."));
    expect(taskNow()).toMatchObject({ status: "completed", conclusion: "cancelled" });
  });

  test("approves a plan", async () => {
    await asked("stop");
    await asked("plan");
    const runner = bench.addRunner();
    const { runId, epoch } = bench.claim(runner);
    const ended = [{ kind: "completed" as const, conclusion: "success" as const, summary: "1. Change greet.js." }];
    applyReports(bench.world, runner, runId, epoch, reports(ended));
    await show();
    expect(discord.messages[0]?.embeds[0]?.description).toContain("Change greet.js");
    await interact({ user: ada, data: button("Approve") });
    await filledIn(1);
    expect(discord.filledIn[0]).toContain("Approved");
    expect(bench.claim(runner)).toMatchObject({ purpose: "implement", resume: true });
  });

  test("answers a question by a choice, and several in a form", async () => {
    await show();
    const runner = ask(bench, [item("Which?"), item("How?", [])]);
    await show();
    const form = await interact({ user: ada, data: button("Answer…") });
    expect(form.body.type).toBe(9);
    const components = ["2", "Kindly"].map((value, at) => ({ type: 1, components: [{ custom_id: `q${at}`, value }] }));
    await interact({ type: 5, user: ada, data: { custom_id: form.body.data?.custom_id, components } });
    await filledIn(1);
    const { runId, epoch, answer } = bench.claim(runner);
    expect(answer?.answers).toEqual({ "Which?": "Danish", "How?": "Kindly" });
    applyReports(
      bench.world,
      runner,
      runId,
      epoch,
      reports([{ kind: "asked", toolUseId: "toolu_2", items: [item("Again?")] }]),
    );
    await show();
    await interact({ user: ada, data: button("French") });
    await filledIn(2);
    expect(bench.claim(runner).answer?.answers).toEqual({ "Again?": "French" });
  });
});
