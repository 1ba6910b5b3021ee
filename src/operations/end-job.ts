import type { RunFacts } from "#domain/run.ts";
import type { World } from "./ports/world.ts";

/** The last answers may have to be asked for again. */
const lastWordsMs = 2 * 60_000;

/** Part of a transaction: a job of GitHub Actions whose run has ended is no runner any more. */
export function endJob(world: World, run: RunFacts): void {
  const { runners } = world.store;
  const runner = run.runnerId === null ? null : runners.get(run.runnerId);
  if (runner === null || runner.onlyRun !== run.id) return;
  runners.update({ ...runner, draining: true, endsAt: world.clock() + lastWordsMs });
}
