import type { Runner } from "#protocol/runner.ts";
import type { RunnerFacts } from "./ports/runners.ts";
import type { World } from "./ports/world.ts";
import { heldBack, isOnline, isOver } from "./queue-view.ts";

/** Every registered runner as it stands now. */
export function listRunners(world: World): Runner[] {
  const now = world.clock();
  const there = world.store.runners.list().filter((runner) => !isOver(runner, now));
  return there.map((runner) => runnerView(world, runner));
}

/** A runner as programs outside the control plane see it; never its credential. */
export function runnerView(world: World, runner: RunnerFacts): Runner {
  const held = heldBack(runner);
  const online = runner.draining ? "draining" : "online";
  return {
    id: runner.id,
    name: runner.name,
    labels: runner.labels,
    slots: runner.slots,
    version: runner.version,
    sandbox: runner.sandbox,
    repositories: runner.repositories,
    state: isOnline(runner, world.clock()) ? online : "offline",
    busy: world.store.runs.heldBy(runner.id).length,
    heartbeatAt: runner.heartbeatAt === null ? null : new Date(runner.heartbeatAt).toISOString(),
    freeMemoryBytes: runner.freeMemoryBytes,
    freeDiskBytes: runner.freeDiskBytes,
    ...(held === null ? {} : { notClaiming: held }),
    ...(runner.paused ? { paused: { ...runner.paused, at: new Date(runner.paused.at).toISOString() } } : {}),
  };
}
