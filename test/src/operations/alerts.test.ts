import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import type { Elsewhere } from "#operations/ports/elsewhere.ts";
import type { Integration } from "#protocol/integration.ts";
import { type NotificationPolicy, usualNotifications } from "#protocol/notification.ts";
import { until } from "#test/world/until.ts";
import { openAlertLoop } from "../../../src/loops/alert-loop.ts";
import { type Bench, hour, minute, openBench } from "./bench.ts";
import { labelled, quietGitHub } from "./quiet-github.ts";

let bench: Bench;
beforeEach(() => {
  bench = openBench(quietGitHub().github);
});
afterEach(() => bench.close());

const failing: Integration = {
  kind: "jira",
  name: "jira",
  place: "x",
  state: "failing",
  sentence: "No token.",
  pending: 0,
  dead: 0,
};

function aPlace(answer: () => void = () => undefined) {
  const told: string[] = [];
  const place: Elsewhere = {
    kind: "slack",
    name: "slack",
    place: "#work",
    picture: () => null,
    show: async () => null,
    async alert({ sentence, isOver }) {
      answer();
      told.push(`${isOver ? "over: " : ""}${sentence}`);
    },
    test: async () => undefined,
    close: async () => undefined,
  };
  return { place, told };
}

const silent = pino({ level: "silent" });
const open = (
  elsewhere: Elsewhere,
  integrations: () => Integration[] = () => [],
  policy: NotificationPolicy = usualNotifications,
) =>
  openAlertLoop(bench.world, { policy, elsewheres: [elsewhere], integrations, log: silent, everyMs: 5, patienceMs: 0 });

test("what is wrong is told once, also by the next process, and once when it is over", async () => {
  const { place, told } = aPlace();
  let health = [failing];
  const first = open(place, () => health);
  await until("the alert", () => told[0] ?? null);
  await first.close();
  const second = open(place, () => health);
  acceptDelivery(bench.world, labelled(1, bench.world.clock()));
  await bench.workDeliveries();
  bench.pass(16 * minute);
  await until("the other alert", () => told[1] ?? null);
  health = [];
  await until("the end of the first", () => told[2] ?? null);
  await second.close();
  expect(told).toEqual([
    "jira fails: No token.",
    expect.stringContaining("A task waits for a runner, TASK-1 for 15 min"),
    "over: jira fails: No token.",
  ]);
});

test("a place that does not take it is told later; quiet hours let it wait until they are over", async () => {
  let isAway = true;
  const away = aPlace(() => {
    if (isAway) throw new Error("away");
  });
  const first = open(away.place, () => [failing]);
  isAway = false;
  await until("the alert", () => away.told[0] ?? null);
  await first.close();

  const night = aPlace();
  const quiet = { hours: { from: 13 * 60, to: 15 * 60 }, days: [], zone: "UTC" };
  const second = open({ ...night.place, name: "discord" }, () => [failing], { rules: [], quiet });
  await until("a look", () => bench.store.marks.names("alerts").length === 1 || null);
  expect(night.told).toEqual([]);
  bench.pass(hour + minute);
  await until("the morning", () => night.told[0] ?? null);
  await second.close();
});
