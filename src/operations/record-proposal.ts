import { isLocal } from "#domain/local.ts";
import { isProposal } from "#domain/proposal.ts";
import type { OpenedPullRequest } from "#protocol/new-task.ts";
import type { TaskName } from "#protocol/words.ts";
import { loadTask } from "./load-task.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

/**
 * Somebody has opened a pull request of the branch of a task of this machine.
 * @throws ProblemError 409 for a task on GitHub, whose pull request is ours
 */
export function recordProposal(world: World, name: TaskName, opened: OpenedPullRequest): void {
  const { repository, number, url, draft, headSha } = opened;
  world.store.transaction(() => {
    const task = loadTask(world, name);
    if (!isLocal(task.repository))
      throw new ProblemError({
        status: 409,
        code: "not_local",
        title: `The pull request of ${name} is opened by the control plane itself.`,
      });
    const known = task.proposal;
    // There is no way back from merged.
    if (known?.state === "merged" && isProposal(known, repository, number)) return;
    const proposal = {
      repository,
      number,
      url,
      draft,
      headSha,
      state: "open",
      closedBy: null,
      endedAfter: null,
    } as const;
    world.store.tasks.update({ ...task, proposal, updatedAt: world.clock() });
    world.bell.task(task.id);
  });
}
