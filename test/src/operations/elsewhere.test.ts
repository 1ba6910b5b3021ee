import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import {
  type Elsewhere,
  ElsewhereBusyError,
  ElsewhereDownError,
  ElsewhereRefusedError,
} from "#operations/ports/elsewhere.ts";
import { until } from "#test/world/until.ts";
import { openElsewhereLoop } from "../../../src/loops/elsewhere-loop.ts";
import { type Bench, openBench } from "./bench.ts";
import { labelled, quietGitHub } from "./quiet-github.ts";

let bench: Bench;
beforeEach(async () => {
  bench = openBench(quietGitHub().github);
  acceptDelivery(bench.world, labelled(1, bench.world.clock()));
  await bench.workDeliveries();
});
afterEach(() => bench.close());

/** A place that keeps what it was told to show, and answers as the test wants it. */
function aPlace(answer: (shown: readonly string[], task: string) => void = () => undefined) {
  const shown: string[] = [];
  const place: Elsewhere = {
    kind: "slack",
    name: "slack",
    place: "#work",
    picture: ({ name, status }) => ({ name, status }),
    async show({ task, picture, before }) {
      const { status } = picture as { status: string };
      answer([...shown, status], task.name);
      shown.push(status);
      return before === null ? "message-1" : null;
    },
    test: async () => undefined,
    close: async () => undefined,
  };
  return { place, shown };
}

const quiet = pino({ level: "silent" });

test("a place is shown each state once, and keeps the id of what was made there", async () => {
  const { place, shown } = aPlace();
  const loop = openElsewhereLoop(bench.world, place, quiet);
  await until("the first picture", () => (shown.length === 1 ? true : null));
  loop.ring(1);
  cancelTask(bench.world, "TASK-1", "ada");
  loop.ring(1);
  await until("the second picture", () => bench.store.surfaces.get(1, "slack")?.picture.includes("completed") ?? null);
  await loop.close();
  expect(shown).toEqual(["queued", "completed"]);
  expect(bench.store.surfaces.get(1, "slack")?.remoteId).toBe("message-1");

  const again = openElsewhereLoop(bench.world, place, quiet);
  again.ring(1);
  await again.close();
  expect(shown).toEqual(["queued", "completed"]);
});

test("a place that wants rest is left alone until then, and then shown how things stand by then", async () => {
  let isBusy = true;
  const { place, shown } = aPlace(() => {
    if (isBusy) throw new ElsewhereBusyError(bench.world.clock() + 300, "asked too often");
  });
  const loop = openElsewhereLoop(bench.world, place, quiet);
  await until("the refusal", () => (loop.health().state === "failing" ? true : null));
  isBusy = false;
  cancelTask(bench.world, "TASK-1", "ada");
  await until("the picture", () => (shown.length > 0 ? true : null));
  await loop.close();
  expect(shown).toEqual(["completed"]);
});

test("one task that cannot be shown keeps no other waiting, and is shown when that is over", async () => {
  acceptDelivery(bench.world, labelled(2, bench.world.clock()));
  await bench.workDeliveries();
  let isBroken = true;
  const { place, shown } = aPlace((_shown, task) => {
    if (task === "TASK-1" && isBroken) throw new Error("this message is odd");
  });
  const loop = openElsewhereLoop(bench.world, place, quiet);
  await until("the other task", () => bench.store.surfaces.get(2, "slack"));
  await until("the trouble", () => (loop.health().sentence.includes("TASK-1: this message is odd") ? true : null));
  cancelTask(bench.world, "TASK-2", "ada");
  loop.ring(2);
  await until("its next picture", () => (shown.includes("completed") ? true : null));
  expect(loop.health()).toMatchObject({ state: "failing", pending: 1, dead: 0 });
  isBroken = false;
  await until("the first task", () => bench.store.surfaces.get(1, "slack"));
  expect(loop.health()).toMatchObject({ state: "good", pending: 0 });
  await loop.close();
});

test("a place that lets nobody in is asked for one task after another no more; all are shown when it does again", async () => {
  acceptDelivery(bench.world, labelled(2, bench.world.clock()));
  acceptDelivery(bench.world, labelled(3, bench.world.clock()));
  await bench.workDeliveries();
  let tries = 0;
  let isShut = true;
  const { place, shown } = aPlace(() => {
    tries += 1;
    if (isShut) throw new ElsewhereDownError("Slack refuses (invalid_auth)");
  });
  const loop = openElsewhereLoop(bench.world, place, quiet);
  await until("the trouble", () => (loop.health().sentence.includes("invalid_auth") ? true : null));
  expect(loop.health()).toMatchObject({ state: "failing", pending: 3, dead: 0 });
  expect(tries).toBeLessThanOrEqual(2);
  isShut = false;
  bench.pass(10_000);
  await until("all of them", () => (shown.length === 3 ? true : null));
  expect(loop.health().state).toBe("good");
  await loop.close();
});

test("what a place will never take is not tried again; the next picture is", async () => {
  let tries = 0;
  const { place, shown } = aPlace((all) => {
    tries += 1;
    if (all.at(-1) === "queued") throw new ElsewhereRefusedError("the channel is gone");
  });
  const loop = openElsewhereLoop(bench.world, place, quiet);
  await until("the refusal", () => (loop.health().sentence.includes("the channel is gone") ? true : null));
  loop.ring(1);
  loop.ring(1);
  cancelTask(bench.world, "TASK-1", "ada");
  loop.ring(1);
  await until("the next picture", () => (shown.length > 0 ? true : null));
  await loop.close();
  expect([shown, tries]).toEqual([["completed"], 2]);
});
