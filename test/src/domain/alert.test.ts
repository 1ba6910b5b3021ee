import { expect, test } from "vitest";
import { type AlertFacts, alertsOf } from "#domain/alert.ts";

const minute = 60_000;
const now = Date.UTC(2026, 10, 21, 14, 0);
const noRunner = { code: "no_runner", sentence: "No runner is connected." };
const facts = (of: Partial<AlertFacts>): AlertFacts => ({
  now,
  runners: [],
  queued: [],
  budgets: [],
  integrations: [],
  ...of,
});
const lost = { name: "laptop", heartbeatAt: now - 3 * minute, isOnline: false, holds: 1 };
const waiting = { task: "TASK-4", since: now - 20 * minute, reason: noRunner };
const slack = { kind: "slack" as const, name: "slack", place: "C1", pending: 1, dead: 0 };

test.each<[string, Partial<AlertFacts>, string[]]>([
  ["nothing", {}, []],
  [
    "a runner that holds runs and is silent",
    { runners: [lost] },
    ["The runner laptop is not heard of. It holds 1 run."],
  ],
  ["no runner that is there", { runners: [{ ...lost, isOnline: true }] }, []],
  ["no runner that nobody misses", { runners: [{ ...lost, holds: 0 }] }, []],
  ["no runner of yesterday", { runners: [{ ...lost, heartbeatAt: now - 25 * 60 * minute }] }, []],
  [
    "a queue that nobody serves",
    { queued: [waiting] },
    ["A task waits for a runner, TASK-4 for 15 min or longer: No runner is connected."],
  ],
  [
    "no queue that is just long",
    { queued: [{ ...waiting, reason: { code: "runners_busy", sentence: "All are busy." } }] },
    [],
  ],
  ["no queue of a minute ago", { queued: [{ ...waiting, since: now - minute }] }, []],
  [
    "a budget that is nearly used",
    { budgets: [{ repository: "acme/shop", spent: 8, limit: 10 }] },
    ["acme/shop has used $8.00 of $10.00 for today."],
  ],
  ["no budget that is not", { budgets: [{ repository: "acme/shop", spent: 7.9, limit: 10 }] }, []],
  [
    "a place that fails",
    { integrations: [{ ...slack, state: "failing", sentence: "Slack refuses." }] },
    ["slack fails: Slack refuses."],
  ],
  ["no place that only waits", { integrations: [{ ...slack, state: "waiting", sentence: "On its way." }] }, []],
])("people are told of %s", (_what, of, sentences) => {
  expect(alertsOf(facts(of)).map(({ sentence }) => sentence)).toEqual(sentences);
});
