import { leaseMs } from "#domain/lease.ts";
import { advance } from "#domain/run-machine.ts";
import type { HeartbeatRequest, HeartbeatResponse } from "#protocol/runner.ts";
import { refreshQueuedSurfaces } from "./mark-surfaces.ts";
import type { RunnerFacts } from "./ports/store.ts";
import type { World } from "./ports/world.ts";
import { isOnline } from "./queue-view.ts";
import { giveBack } from "./release-run.ts";

/** A runner is alive: renews the leases that are still its own and says what the server wants of each. */
export function renewLeases(world: World, runner: RunnerFacts, beat: HeartbeatRequest): HeartbeatResponse {
  const { store } = world;
  const now = world.clock();
  const leases = store.transaction(() => {
    const notClaiming = beat.notClaiming ?? null;
    const isSame = runner.draining === beat.draining && runner.notClaiming?.code === notClaiming?.code;
    const wasThere = isOnline(runner, now) && isSame;
    store.runners.update({
      ...runner,
      heartbeatAt: now,
      freeMemoryBytes: beat.freeMemoryBytes,
      freeDiskBytes: beat.freeDiskBytes,
      draining: beat.draining,
      notClaiming,
    });
    if (!wasThere) refreshQueuedSurfaces(world);
    takeBackUnheard(world, runner.id, beat, now);
    return beat.held.map(({ runId, epoch }) => renew(world, runner.id, runId, epoch, now));
  });
  world.bell.runner(runner.id);
  return { leases };
}

/** A claim may have been answered without the answer arriving: the runner does not know that it has this run. */
const unheardMs = 20_000;

/** Puts runs back into the queue that the runner should hold, does not name, and has not renewed for a while. */
function takeBackUnheard(world: World, runnerId: number, beat: HeartbeatRequest, now: number): void {
  const { store } = world;
  for (const run of store.runs.heldBy(runnerId)) {
    const isNamed = beat.held.some((held) => held.runId === run.id);
    const renewedAt = (run.leaseUntil ?? now) - leaseMs;
    if (isNamed || now - renewedAt < unheardMs) continue;
    giveBack(world, run, now);
    world.bell.queue();
  }
}

type Lease = HeartbeatResponse["leases"][number];

function renew(world: World, runnerId: number, runId: number, epoch: number, now: number): Lease {
  const { store } = world;
  const run = store.runs.get(runId);
  const lease: Lease = { runId, held: false, leaseSeconds: leaseMs / 1_000, want: "cancel" };
  if (run === null || run.runnerId !== runnerId || run.epoch !== epoch || run.status === "completed") return lease;
  const renewed =
    run.status === "waiting" ? advance(run, { kind: "heard", now }) : { ...run, leaseUntil: now + leaseMs };
  if (renewed === null) return lease;
  store.runs.update(renewed);
  if (run.status === "waiting") {
    store.surfaces.markDue(run.taskId, now);
    world.bell.task(run.taskId);
    world.bell.work();
  }
  return { ...lease, held: true, want: run.cancelAsked === null ? "go_on" : "cancel" };
}
