import type { ReconcileReport } from "#protocol/reconcile.ts";
import { noWayTo } from "./find-repository.ts";
import { leaveRepositories, unlistedRepositories } from "./leave-repositories.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";
import { reconcileRepository } from "./reconcile-repository.ts";
import { deliveryWindowMs, redeliverMissed } from "./redeliver.ts";

/** How far an earlier look may have missed what was still under way. */
const overlapMs = 10 * 60_000;

/** Where the last look ended; the next one goes on from there. */
export type ReconcilePlace = {
  /** When deliveries were last looked at; null for never. */
  deliveriesAt: number | null;
  /** The id of the repository that was looked at last. */
  repositoryId: number;
};
export const reconcileStart: ReconcilePlace = { deliveriesAt: null, repositoryId: 0 };

/**
 * Looks at what GitHub failed to tell us, then at the repositories.
 * @param of.atMost so many repositories, the one after `from` first; all when null
 */
export async function reconcile(
  world: World,
  of: { repository: string | null; atMost: number | null; from: ReconcilePlace; signal: AbortSignal },
): Promise<{ report: ReconcileReport; place: ReconcilePlace }> {
  const report: ReconcileReport = { repositories: [], redelivered: 0, leases: 0, problems: [] };
  const place = { ...of.from };
  const attempt = async (work: () => Promise<void>) => {
    try {
      if (!of.signal.aborted) await work();
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      report.problems.push(error instanceof Error ? error.message : String(error));
    }
  };
  await attempt(async () => {
    const now = world.clock();
    const since = Math.max(now - deliveryWindowMs, (of.from.deliveriesAt ?? 0) - overlapMs);
    report.redelivered = await redeliverMissed(world, since);
    place.deliveriesAt = now;
  });
  await attempt(async () => {
    for (const repository of await chosen(world, of, report)) {
      if (of.signal.aborted) return;
      report.repositories.push(await reconcileRepository(world, repository));
      place.repositoryId = repository.id;
    }
  });
  return { report, place };
}

async function chosen(
  world: World,
  of: { repository: string | null; atMost: number | null; from: ReconcilePlace },
  report: ReconcileReport,
): Promise<Awaited<ReturnType<World["github"]["repositories"]>>> {
  const found = await world.github.repositories((why) => report.problems.push(why));
  const all = found.sort((a, b) => a.id - b.id);
  const asked = { by: "GitHub", how: "the app has no way to the repository any more" };
  report.repositories.push(...(await leaveRepositories(world, unlistedRepositories(world, all), asked)));
  if (of.repository !== null) {
    const wanted = of.repository.toLowerCase();
    const one = all.filter(({ name }) => name.toLowerCase() === wanted);
    if (one.length > 0) return one;
    throw noWayTo(world.github, of.repository);
  }
  const after = all.filter(({ id }) => id > of.from.repositoryId);
  const before = all.filter(({ id }) => id <= of.from.repositoryId);
  return [...after, ...before].slice(0, of.atMost ?? all.length);
}
