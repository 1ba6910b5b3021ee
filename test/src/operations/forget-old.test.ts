import { afterEach, beforeEach, expect, test } from "vitest";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { forgetOld, retention } from "#operations/forget-old.ts";
import { issueRegistrationToken } from "#operations/register-runner.ts";
import { type Bench, hour, minute, openBench, reports, succeeded } from "./bench.ts";
import { labelled, quietGitHub } from "./quiet-github.ts";

let bench: Bench;
beforeEach(() => {
  bench = openBench(quietGitHub().github);
});
afterEach(() => bench.close());

const line = { at: "2026-11-21T14:00:00.000Z", kind: "say", text: "hello" } as const;

test("finished deliveries go after a week, pending ones never", async () => {
  const first = labelled(1, bench.world.clock());
  acceptDelivery(bench.world, first);
  await bench.workDeliveries();
  bench.pass(retention.deliveriesMs);
  const second = labelled(2, bench.world.clock());
  acceptDelivery(bench.world, second);
  acceptDelivery(bench.world, { ...labelled(3, 0), guid: "pending", receivedAt: 0 });
  bench.pass(minute);
  expect(await forgetOld(bench.world)).toMatchObject({ deliveries: 1 });
  const known = [first.guid, second.guid, "pending"].map((guid) => bench.store.deliveries.isKnown(guid));
  expect(known).toEqual([false, true, true]);
});

test("registration tokens go a day after their hour", async () => {
  issueRegistrationToken(bench.world);
  bench.pass(2 * hour);
  expect(await forgetOld(bench.world)).toMatchObject({ tokens: 0 });
  bench.pass(24 * hour);
  expect(await forgetOld(bench.world)).toMatchObject({ tokens: 1 });
});

test("logs go a month after the last run has ended; those of living tasks stay", async () => {
  for (const issue of [1, 2]) acceptDelivery(bench.world, labelled(issue, bench.world.clock()));
  await bench.workDeliveries();
  const runner = bench.addRunner();
  const [over, alive] = [bench.claim(runner), bench.claim(runner)];
  const told = (runId: number, epoch: number, ...bodies: Parameters<typeof reports>[0]) =>
    applyReports(bench.world, runner, runId, epoch, reports(bodies));
  told(over.runId, over.epoch, { kind: "log", lines: [line] }, succeeded);
  told(alive.runId, alive.epoch, { kind: "log", lines: [line] });
  bench.pass(retention.logsMs - minute);
  expect(await forgetOld(bench.world)).toMatchObject({ logs: 0 });
  bench.pass(2 * minute);
  expect(await forgetOld(bench.world)).toMatchObject({ logs: 1 });
  expect([await bench.world.logs.read(1, 10), await bench.world.logs.read(2, 10)]).toEqual([[], [line]]);
});
