import { type Alert, alertsOf } from "#domain/alert.ts";
import { midnightBefore } from "#domain/holds.ts";
import { isLocal } from "#domain/local.ts";
import { taskName } from "#domain/task.ts";
import type { Integration } from "#protocol/integration.ts";
import type { World } from "./ports/world.ts";
import { isOnline, isOver, loadQueue, queueReasonOf } from "./queue-view.ts";

/** What is wrong with the whole at this moment. */
export function findAlerts(world: World, integrations: readonly Integration[]): Alert[] {
  const { store } = world;
  const now = world.clock();
  const view = loadQueue(world);
  const runners = store.runners
    .list()
    .filter((one) => !isOver(one, now) && one.onlyRun === null && !one.removedAt && !one.paused && !one.draining);
  return alertsOf({
    now,
    runners: runners.flatMap((one) =>
      one.heartbeatAt === null
        ? []
        : [
            {
              name: one.name,
              heartbeatAt: one.heartbeatAt,
              isOnline: isOnline(one, now),
              holds: store.runs.heldBy(one.id).length,
            },
          ],
    ),
    queued: store.runs.queued().map((run) => ({
      task: taskName(run.taskId),
      since: Math.max(run.createdAt, run.notBefore ?? 0),
      reason: queueReasonOf(world, [run], view),
    })),
    budgets: store.tasks.repositories().flatMap((repository) => {
      const limit = store.policies.get(repository.id)?.policy.limits.usd_per_day;
      if (limit === undefined || isLocal(repository)) return [];
      return [{ repository: repository.name, limit, spent: store.runs.spentSince(repository.id, midnightBefore(now)) }];
    }),
    integrations,
  });
}
