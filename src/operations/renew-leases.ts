import { leaseMs } from "#domain/lease.ts";
import { advance } from "#domain/run-machine.ts";
import type { HeartbeatRequest, HeartbeatResponse } from "#protocol/runner.ts";
import { heldBy, takeBackUnheard } from "./hear-runner.ts";
import { refreshQueuedSurfaces } from "./mark-surfaces.ts";
import type { RunnerFacts } from "./ports/runners.ts";
import type { World } from "./ports/world.ts";
import { isOnline } from "./queue-view.ts";

/**
 * A runner is alive: renews the leases that are still its own and says what the server wants of each.
 * @throws ProblemError 409 `runner_in_use`
 */
export function renewLeases(world: World, runner: RunnerFacts, beat: HeartbeatRequest): HeartbeatResponse {
  const { store } = world;
  const now = world.clock();
  const leases = store.transaction(() => {
    const notClaiming = beat.notClaiming ?? null;
    const isSame = runner.draining === beat.draining && runner.notClaiming?.code === notClaiming?.code;
    const wasThere = isOnline(runner, now) && isSame;
    store.runners.update({
      ...heldBy(world, runner, beat.holder, now),
      heartbeatAt: now,
      freeMemoryBytes: beat.freeMemoryBytes,
      freeDiskBytes: beat.freeDiskBytes,
      draining: beat.draining,
      notClaiming,
      // The runner has taken the order: once started again it is not to end again.
      ...(beat.draining && runner.paused?.drain ? { paused: null } : {}),
    });
    if (!wasThere) refreshQueuedSurfaces(world);
    takeBackUnheard(world, runner.id, beat.held, now, unheardMs);
    return beat.held.map(({ runId, epoch }) => renew(world, runner.id, runId, epoch, now));
  });
  world.bell.runner(runner.id);
  return runner.paused?.drain && !beat.draining ? { leases, drain: true } : { leases };
}

/** The answer to a claim may still be on its way to the runner; after this long it is not. */
const unheardMs = 20_000;

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
