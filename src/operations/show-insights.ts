import { insightsOf } from "#domain/insights.ts";
import type { Insights } from "#protocol/insights.ts";
import type { World } from "./ports/world.ts";

const dayMs = 24 * 60 * 60_000;
const usualDays = 30;

/** How work went in the last so many days in the repositories that are seen, and what all of it took of GitHub. */
export function showInsights(
  world: World,
  calls: Insights["calls"],
  { days = usualDays, sees }: { days?: number | undefined; sees: (repository: string) => boolean },
): Insights {
  const { store } = world;
  const now = world.clock();
  const since = now - days * dayMs;
  const tasks = store.tasks.since(since).filter((task) => sees(task.repository.name));
  const seen = new Set(tasks.map(({ id }) => id));
  // A run that goes on may be of a task that has not changed since then.
  const isSeen = (id: number) => seen.has(id) || sees(store.tasks.get(id)?.repository.name ?? "");
  const runs = store.runs.since(since).filter((run) => isSeen(run.taskId));
  return { ...insightsOf({ tasks, runs }, days, now), calls };
}
