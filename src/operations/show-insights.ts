import { insightsOf } from "#domain/insights.ts";
import type { Insights } from "#protocol/insights.ts";
import type { World } from "./ports/world.ts";

const dayMs = 24 * 60 * 60_000;
const usualDays = 30;

/** How work went in the last so many days, and what it took of GitHub. */
export function showInsights(world: World, calls: Insights["calls"], days = usualDays): Insights {
  const { store } = world;
  const now = world.clock();
  const since = now - days * dayMs;
  return { ...insightsOf({ tasks: store.tasks.since(since), runs: store.runs.since(since) }, days, now), calls };
}
