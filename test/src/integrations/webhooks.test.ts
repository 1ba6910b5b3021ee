import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { patienceMs } from "#domain/delivery-attempts.ts";
import { openPostman, type WebhookReceiver } from "#integrations/webhooks.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { announceRunner, announceTask, beginAnnouncing, wants } from "#operations/announce.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import { sendAgain, sendMessages } from "#operations/send-messages.ts";
import { listMessages, showReceiver } from "#operations/show-receivers.ts";
import { listRunners } from "#operations/show-runners.ts";
import { showTask } from "#operations/show-tasks.ts";
import { renderEventSchemas } from "#test/docs/event-schemas.ts";
import { type Bench, hour, minute, openBench, reports, second, succeeded } from "../operations/bench.ts";
import { labelled, quietGitHub } from "../operations/quiet-github.ts";
import { aSecret, openWebhookServer, type WebhookServer } from "./receiver.ts";

let bench: Bench;
let server: WebhookServer;
let receiver: WebhookReceiver;
beforeEach(async () => {
  begin(0);
  server = await openWebhookServer(aSecret("a"));
  receiver = { name: "ops", url: server.url, events: ["*"], secrets: [aSecret("a")], mayGoInside: true };
  beginAnnouncing(bench.world, [receiver]);
});

/** Receivers take no message whose time is not about now: where time passes, it has to end there. */
function begin(agoMs: number): void {
  bench = openBench(quietGitHub().github, { startsAt: Date.now() - agoMs });
}

function beginAgain(agoMs: number): void {
  bench.close();
  begin(agoMs);
  beginAnnouncing(bench.world, [receiver]);
}

afterEach(async () => {
  bench.close();
  await server.close();
});

/** What the loop does at a ring: everything that changed is announced, and what is due is sent. */
async function tell(names: readonly string[], receivers: readonly WebhookReceiver[] = [receiver]): Promise<void> {
  for (const name of names) announceTask(bench.world, receivers, showTask(bench.world, name));
  for (const runner of listRunners(bench.world)) announceRunner(bench.world, receivers, runner);
  const postman = openPostman(receivers, "test");
  for (const { name } of receivers) while ((await sendMessages(bench.world, postman, name)) > 0);
  postman.close();
}

async function label(...issues: number[]): Promise<void> {
  for (const issue of issues) acceptDelivery(bench.world, labelled(issue, bench.world.clock()));
  await bench.workDeliveries();
}

const typesOf = (subject: string) => server.taken.filter((one) => one.subject === subject).map((one) => one.type);

test("a task is told from its beginning to its end, in order, each thing once, and as the published schema says", async () => {
  await label(1);
  await tell(["TASK-1"]);
  const runner = bench.addRunner();
  const offer = bench.claim(runner);
  await tell(["TASK-1"]);
  await tell(["TASK-1"]);
  applyReports(bench.world, runner, offer.runId, offer.epoch, reports([succeeded]));
  await tell(["TASK-1"]);
  expect(typesOf("TASK-1")).toEqual([
    "task.created",
    "run.queued",
    "run.started",
    "task.updated",
    "run.completed",
    "task.updated",
  ]);
  expect(typesOf("runner-1")).toEqual(["runner.registered", "runner.online"]);
  expect(server.forged).toBe(0);
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const isAsPublished = ajv.compile(JSON.parse(readFileSync("docs/integrations/events.schema.json", "utf8")));
  for (const { body } of server.taken) expect(isAsPublished(body), JSON.stringify(isAsPublished.errors)).toBe(true);
  expect(isAsPublished({ type: "task.created", timestamp: "now", data: {} })).toBe(false);
});

test("the published schemas are those of the code", () => {
  const published: unknown = JSON.parse(readFileSync("docs/integrations/events.schema.json", "utf8"));
  expect(published).toEqual(JSON.parse(renderEventSchemas()));
});

test("a task that is stopped is told as completed, with who stopped it", async () => {
  await label(1);
  await tell(["TASK-1"]);
  cancelTask(bench.world, "TASK-1", "ada");
  await tell(["TASK-1"]);
  expect(typesOf("TASK-1").at(-1)).toBe("task.completed");
  expect(server.taken.at(-1)?.body.data).toMatchObject({ task: { conclusion: "cancelled" } });
});

test("what was there before anybody listened is not told as new", async () => {
  bench.store.messages.forgetTold();
  await label(1);
  bench.pass(second);
  beginAnnouncing(bench.world, [receiver]);
  await tell(["TASK-1"]);
  expect(typesOf("TASK-1")).toEqual([]);
  cancelTask(bench.world, "TASK-1", "ada");
  await tell(["TASK-1"]);
  expect(typesOf("TASK-1")).toEqual(["run.completed", "task.completed"]);
});

describe("a receiver that is away", () => {
  test("for an hour gets everything once, each task in order, as soon as it is back", async () => {
    beginAgain(3 * hour);
    server.answer({ status: 503 });
    await label(1, 2);
    await tell(["TASK-1", "TASK-2"]);
    const askedAtFirst = server.asked();
    expect(askedAtFirst).toBe(2);
    cancelTask(bench.world, "TASK-1", "ada");
    for (let passed = 0; passed < hour; passed += minute) {
      bench.pass(minute);
      await tell(["TASK-1", "TASK-2"]);
    }
    expect(server.taken).toEqual([]);
    expect(server.asked()).toBeLessThan(30);
    expect(showReceiver(bench.world, receiver)).toMatchObject({ state: "failing", dead: 0 });
    server.answer(null);
    bench.pass(2 * hour);
    await tell(["TASK-1", "TASK-2"]);
    expect(typesOf("TASK-1")).toEqual(["task.created", "run.queued", "run.completed", "task.completed"]);
    expect(typesOf("TASK-2")).toEqual(["task.created", "run.queued"]);
    expect(new Set(server.taken.map(({ id }) => id)).size).toBe(server.taken.length);
    expect(showReceiver(bench.world, receiver)).toMatchObject({ state: "good", pending: 0 });
  });

  test("for more than a day gets nothing more of it by itself, and everything when somebody sends it again", async () => {
    beginAgain(patienceMs);
    server.answer({ status: 500 });
    await label(1);
    await tell(["TASK-1"]);
    bench.pass(patienceMs);
    await tell(["TASK-1"]);
    await tell(["TASK-1"]);
    const dead = listMessages(bench.world, { receiver: "ops", status: "dead" });
    expect(dead.map(({ type, lastAnswer }) => [type, lastAnswer])).toEqual([
      ["run.queued", "500"],
      ["task.created", "500"],
    ]);
    server.answer(null);
    expect(sendAgain(bench.world, { id: dead[1]?.id ?? 0 })).toBe(1);
    await tell([]);
    expect(sendAgain(bench.world, { receiver: "ops" })).toBe(1);
    await tell([]);
    expect(typesOf("TASK-1")).toEqual(["task.created", "run.queued"]);
    expect(sendAgain(bench.world, { receiver: "ops" })).toBe(0);
  });

  test("keeps no other receiver waiting", async () => {
    const other = await openWebhookServer(aSecret("b"));
    server.answer({ status: 503 });
    await label(1);
    await tell(["TASK-1"], [receiver, { ...receiver, name: "other", url: other.url, secrets: [aSecret("b")] }]);
    expect([server.taken.length, other.taken.length]).toEqual([0, 2]);
    await other.close();
  });
});

test("while a secret is replaced, both the old and the new one are good", async () => {
  const both = { ...receiver, secrets: [aSecret("n"), aSecret("a")] };
  await label(1);
  await tell(["TASK-1"], [both]);
  expect([server.taken.length, server.forged]).toEqual([2, 0]);
});

test("a receiver is told only what it asked for", async () => {
  await label(1);
  await tell(["TASK-1"], [{ ...receiver, events: ["run.*"] }]);
  expect(typesOf("TASK-1")).toEqual(["run.queued"]);
  expect([
    wants(["task.*"], "task.created"),
    wants(["task.*"], "run.queued"),
    wants(["run.queued"], "run.queued"),
  ]).toEqual([true, false, true]);
});

describe("what is not followed or called (S51)", () => {
  test("a redirect: nothing is asked of the place that it names", async () => {
    const elsewhere = await openWebhookServer(aSecret("a"));
    server.answer({ status: 307, headers: { location: elsewhere.url } });
    await label(1);
    await tell(["TASK-1"]);
    expect(elsewhere.asked()).toBe(0);
    expect(listMessages(bench.world, {}).at(-1)).toMatchObject({
      status: "pending",
      lastAnswer: "307: redirects are not followed",
    });
    await elsewhere.close();
  });

  test("an address of this machine, unless the operator allows it; no request is made", async () => {
    await label(1);
    await tell(
      ["TASK-1"],
      [{ ...receiver, url: server.url.replace("http://127.0.0.1", "https://localhost"), mayGoInside: false }],
    );
    expect(server.asked()).toBe(0);
    const [message] = listMessages(bench.world, { status: "dead" });
    expect(message?.lastAnswer).toContain("this machine or a private network");
  });

  test("plain HTTP, unless it is allowed", async () => {
    await label(1);
    await tell(["TASK-1"], [{ ...receiver, url: "http://receiver.example/hooks", mayGoInside: false }]);
    expect(listMessages(bench.world, { status: "dead" })[0]?.lastAnswer).toContain("only https://");
  });
});
