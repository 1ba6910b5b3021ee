import { leaseMs } from "#domain/lease.ts";
import type { HeldRun } from "#protocol/runner.ts";
import type { RunnerFacts } from "./ports/runners.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";
import { isOnline } from "./queue-view.ts";
import { giveBack } from "./release-run.ts";

/**
 * A runner asks for a run: what it does not name among those that it holds, it does not know of. A claim may have been
 * answered without the answer arriving; such a run is back in the queue before the runner is offered the next one.
 * @param asking.holder absent for runners that are older than this
 * @throws ProblemError 409 `runner_in_use`
 */
export function hearClaim(
  world: World,
  runner: RunnerFacts,
  asking: { holder?: string | undefined; held?: readonly HeldRun[] | undefined },
): void {
  const { held } = asking;
  const isTakenBack = world.store.transaction(() => {
    const now = world.clock();
    const known = heldBy(world, runner, asking.holder, now);
    world.store.runners.update({ ...known, heartbeatAt: now });
    return held !== undefined && takeBackUnheard(world, runner.id, held, now, 0);
  });
  if (isTakenBack) world.bell.work();
}

/**
 * Part of a transaction: the runner as it is stored, with the one who uses its credential now. A restart in the same folder
 * takes over at once; another folder or machine only when the one before has not been heard for lease and grace.
 * @throws ProblemError 409 `runner_in_use`: two runners under one registration would take each other's runs (F55)
 */
export function heldBy(world: World, runner: RunnerFacts, holder: string | undefined, now: number): RunnerFacts {
  const known = world.store.runners.get(runner.id) ?? runner;
  if (holder === undefined || known.holder === holder) return known;
  if (known.holder === null || known.heartbeatAt === null || !isOnline(known, now)) return { ...known, holder };
  throw new ProblemError({
    status: 409,
    code: "runner_in_use",
    title: `Runner ${known.name} is at work in another folder or on another machine: it was heard ${secondsAgo(known.heartbeatAt, now)} ago under the same registration.`,
    advice: `Give this one a registration of its own (cc-orchestrator runner register --name ANOTHER), or stop the other one and start this one ${leaseMs / 1_000 + 15} s later.`,
  });
}

/**
 * Part of a transaction: puts runs back into the queue that the runner should hold and does not name.
 * @param unheardMs only those that it has not renewed for so long
 * @returns whether there were any
 */
export function takeBackUnheard(
  world: World,
  runnerId: number,
  held: readonly HeldRun[],
  now: number,
  unheardMs: number,
): boolean {
  const forgotten = world.store.runs.heldBy(runnerId).filter((run) => {
    const renewedAt = (run.leaseUntil ?? now) - leaseMs;
    return !held.some(({ runId }) => runId === run.id) && now - renewedAt >= unheardMs;
  });
  for (const run of forgotten) giveBack(world, run, now);
  if (forgotten.length > 0) world.bell.queue();
  return forgotten.length > 0;
}

function secondsAgo(at: number, now: number): string {
  return `${Math.max(0, Math.round((now - at) / 1_000))} s`;
}
