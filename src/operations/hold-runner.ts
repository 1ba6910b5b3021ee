import type { Runner } from "#protocol/runner.ts";
import { refreshQueuedSurfaces } from "./mark-surfaces.ts";
import type { RunnerFacts } from "./ports/runners.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";
import { isOnline } from "./queue-view.ts";
import { runnerView } from "./show-runners.ts";

/**
 * Lets a runner take nothing new; what it has goes on. With `drain` its program ends after that.
 * @throws ProblemError 404, 409
 */
export function pauseRunner(world: World, id: number, asked: { by: string; note: string; drain: boolean }): Runner {
  return change(world, id, (runner) => {
    if (asked.drain && !isOnline(runner, world.clock()))
      throw refused("runner_offline", `${runner.name} is not there.`);
    return { ...runner, paused: { ...asked, at: world.clock() } };
  });
}

/** @throws ProblemError 404 */
export function resumeRunner(world: World, id: number): Runner {
  return change(world, id, (runner) => ({ ...runner, paused: null }));
}

/**
 * Takes a runner off the list, and its credential its worth. Only one that is gone and holds nothing.
 * @throws ProblemError 404, 409
 */
export function removeRunner(world: World, id: number): Runner {
  return change(world, id, (runner) => {
    const busy = world.store.runs.heldBy(id).length;
    if (busy > 0) throw refused("runner_busy", `${runner.name} still has ${busy} ${busy === 1 ? "run" : "runs"}.`);
    if (isOnline(runner, world.clock()))
      throw refused("runner_online", `${runner.name} is still there: drain it first.`);
    return { ...runner, credentialHash: `removed ${id}`, paused: null, removedAt: world.clock() };
  });
}

function change(world: World, id: number, to: (runner: RunnerFacts) => RunnerFacts): Runner {
  const { store } = world;
  const changed = store.transaction(() => {
    const runner = store.runners.get(id);
    if (runner === null || runner.removedAt) {
      throw new ProblemError({ status: 404, code: "no_such_runner", title: `There is no runner ${id}.` });
    }
    const next = to(runner);
    store.runners.update(next);
    refreshQueuedSurfaces(world);
    return next;
  });
  world.bell.runner(id);
  world.bell.queue();
  world.bell.work();
  return runnerView(world, changed);
}

function refused(code: string, title: string): ProblemError {
  return new ProblemError({ status: 409, code, title });
}
