import { onTestFinished } from "vitest";
import type { RunnerConfig } from "#runner/options.ts";
import { openBench, type RunnerBench } from "#test/runner/run/runner-process.ts";
import { openWorld, type World, type WorldOptions } from "#test/world/world.ts";

/** A world that is closed after the test; whatever was opened later is closed before it. */
export async function worldHere(options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  onTestFinished(() => world.close());
  return world;
}

/** A world's runner as a process, which is closed after the test. */
export async function benchHere(world: World, more: Partial<RunnerConfig> = {}): Promise<RunnerBench> {
  const bench = await openBench(world, more);
  onTestFinished(() => bench.close());
  return bench;
}
