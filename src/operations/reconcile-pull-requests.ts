import type { RepositoryRef } from "#domain/task.ts";
import { followPullRequest } from "./follow-pull-request.ts";
import type { World } from "./ports/world.ts";

/** A closed pull request is looked at for this long: it may be reopened. */
const dayMs = 24 * 60 * 60_000;

/** Follows what happened to the tasks' pull requests without our being told. @returns their numbers */
export async function reconcilePullRequests(world: World, repository: RepositoryRef): Promise<number[]> {
  const tasks = world.store.tasks.current(repository.id, world.clock() - dayMs);
  const known = tasks.flatMap(({ pullRequest }) => (pullRequest === null ? [] : [pullRequest]));
  const numbers = known.filter(({ state }) => state !== "merged").map(({ number }) => number);
  const followed: number[] = [];
  for (const now of await world.github.pullRequests(repository, numbers)) {
    const task = world.store.tasks.byPullRequest(repository.id, now.number);
    const before = task?.pullRequest;
    if (!before) continue;
    const isSame = before.state === now.state && before.draft === now.draft && before.headSha === now.headSha;
    // A merged or closed pull request's draft mark and head interest nobody any more.
    if (isSame || (now.state !== "open" && before.state === now.state)) continue;
    await followPullRequest(world, {
      kind: "pull_request_changed",
      repository,
      number: now.number,
      state: now.state,
      draft: now.draft,
      headSha: now.headSha ?? before.headSha ?? "",
      actor: { login: now.closedBy ?? "somebody", isBot: false },
      at: now.updatedAt,
    });
    followed.push(now.number);
  }
  return followed;
}
