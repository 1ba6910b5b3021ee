import type { Happening } from "#domain/happening.ts";
import { isAlive } from "#domain/task.ts";
import { cancelRuns } from "./cancel-task.ts";
import { followProposal } from "./follow-proposal.ts";
import type { World } from "./ports/world.ts";

type Changed = Extract<Happening, { kind: "pull_request_changed" }>;

/** Keeps what we know of a task's pull request true; closing or merging it ends the work on it. */
export async function followPullRequest(world: World, happening: Changed): Promise<void> {
  const { store } = world;
  followProposal(world, happening);
  await deleteMergedBranch(world, happening);
  store.transaction(() => {
    const task = store.tasks.byPullRequest(happening.repository.id, happening.number);
    if (task?.pullRequest == null) return;
    // There is no way back from merged: what says otherwise comes late.
    if (task.pullRequest.state === "merged" && happening.state !== "merged") return;
    const isClosed = happening.state !== "open";
    const changed = {
      ...task,
      pullRequest: {
        ...task.pullRequest,
        state: happening.state,
        draft: happening.draft,
        headSha: happening.headSha,
        closedBy: isClosed ? happening.actor.login : null,
      },
      updatedAt: world.clock(),
    };
    store.tasks.update(changed);
    if (isClosed && isAlive(store.runs.ofTask(task.id))) {
      const how = happening.state === "merged" ? "the pull request was merged" : "the pull request was closed";
      cancelRuns(world, changed, { by: happening.actor.login, how });
    }
    // Whatever happened while it was closed was not looked at.
    if (!isClosed && task.pullRequest.state === "closed") {
      for (const what of ["checks", "mergeable", "review"] as const)
        store.followUps.markDue(task.id, what, world.clock());
    }
    store.surfaces.markDue(task.id, world.clock());
    world.bell.task(task.id);
  });
  world.bell.work();
}

/** Before it is stored that it was merged: whoever dies in between does both again. */
async function deleteMergedBranch(world: World, happening: Changed): Promise<void> {
  if (happening.state !== "merged") return;
  const task = world.store.tasks.byPullRequest(happening.repository.id, happening.number);
  if (task?.pullRequest == null || task.pullRequest.state === "merged") return;
  if (!task.policy.follow_up.delete_branch) return;
  await world.github.deleteBranch(task.repository, task.branch, happening.headSha);
}
