import type { Happening } from "#domain/happening.ts";
import { isLocal } from "#domain/local.ts";
import { isAlive, type RepositoryRef } from "#domain/task.ts";
import type { RepositoryReport } from "#protocol/reconcile.ts";
import { cancelRuns } from "./cancel-task.ts";
import type { World } from "./ports/world.ts";

type AppLeft = Extract<Happening, { kind: "app_left" }>;

const words: Record<AppLeft["how"], string> = {
  uninstalled: "the app was uninstalled",
  suspended: "the app was suspended",
  removed: "the app was taken off the repository",
};

/** The app was uninstalled or suspended, or taken off repositories: what goes on there is stopped. */
export async function followAppLoss(world: World, happening: AppLeft): Promise<void> {
  const { installationId, repositories, actor, how } = happening;
  const told = knownRepositories(world).filter(
    (one) => one.installationId === installationId && (repositories === null || repositories.includes(one.id)),
  );
  await leaveRepositories(world, told, { by: actor.login, how: words[how] });
}

/** Those of our tasks' repositories that are not among what GitHub lists for the app. */
export function unlistedRepositories(world: World, listed: readonly RepositoryRef[]): RepositoryRef[] {
  const ids = new Set(listed.map(({ id }) => id));
  return knownRepositories(world).filter(({ id }) => !ids.has(id));
}

function knownRepositories({ store }: World): RepositoryRef[] {
  return store.tasks.repositories().filter((one) => !isLocal(one));
}

/**
 * Cancels what goes on in repositories that the app has no way to any more: what waits ends, what a runner holds is asked
 * to stop. GitHub cannot be told, so that our own views say why. Deliveries come in any order and lists leave out what is
 * archived, so GitHub is asked of each whether it is so.
 */
export async function leaveRepositories(
  world: World,
  repositories: readonly RepositoryRef[],
  asked: { by: string; how: string },
): Promise<RepositoryReport[]> {
  const reports: RepositoryReport[] = [];
  for (const repository of repositories) {
    if (aliveIn(world, repository).length === 0 || (await world.github.isInstalled(repository))) continue;
    const withdrawn = world.store.transaction(() =>
      aliveIn(world, repository).map((task) => {
        cancelRuns(world, task, asked);
        return task.issue?.number ?? 0;
      }),
    );
    const nothing = { submitted: [], followed: [], due: [], opened: [], repaired: [], problems: [] };
    reports.push({ repository: repository.name, ...nothing, withdrawn: withdrawn.filter((number) => number > 0) });
  }
  return reports;
}

/** The tasks that have not been told to stop. */
function aliveIn({ store }: World, { id }: RepositoryRef) {
  return store.tasks
    .current(id, Number.MAX_SAFE_INTEGER)
    .filter((task) => task.cancelled === null && isAlive(store.runs.ofTask(task.id)));
}
