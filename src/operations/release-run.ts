import { reasons } from "#domain/reasons.ts";
import { claimsAllowed, releaseDelayMs } from "#domain/retry.ts";
import type { RunFacts } from "#domain/run.ts";
import { advance } from "#domain/run-machine.ts";
import { heldRun } from "./hold-run.ts";
import type { RunnerFacts } from "./ports/runners.ts";
import type { World } from "./ports/world.ts";

/** Takes a run back from a runner that cannot carry it out now; it keeps its place in the queue. */
export function releaseRun(world: World, runner: RunnerFacts, runId: number, epoch: number): void {
  world.store.transaction(() => giveBack(world, heldRun(world, runner, runId, epoch), world.clock()));
  world.bell.queue();
  world.bell.work();
}

/**
 * Part of a transaction: puts a held run back into the queue. One that comes back again and again is offered more and more
 * rarely, so that it never keeps a slot from the others, and fails in the end.
 */
export function giveBack(world: World, run: RunFacts, now: number): void {
  const { store } = world;
  const isHopeless = run.epoch >= claimsAllowed;
  const { cancelAsked } = run;
  const after =
    cancelAsked !== null
      ? advance(run, {
          kind: "complete",
          conclusion: "cancelled",
          reason: reasons.cancelledBy(cancelAsked.by, cancelAsked.how),
          now,
        })
      : isHopeless
        ? advance(run, {
            kind: "complete",
            conclusion: "failure",
            reason: reasons.givenBackTooOften(run.epoch),
            now,
          })
        : advance(run, { kind: "release", notBefore: laterOf(run.notBefore, now + releaseDelayMs(run.epoch)) });
  if (after === null) return;
  store.runs.update(after);
  store.surfaces.markDue(run.taskId, now);
  world.bell.task(run.taskId);
}

function laterOf(a: number | null, b: number): number {
  return a === null ? b : Math.max(a, b);
}
