import { taskName } from "#domain/task.ts";
import type { IssueWish } from "#protocol/new-task.ts";
import type { Task } from "#protocol/task.ts";
import { findRepository } from "./find-repository.ts";
import type { World } from "./ports/world.ts";
import { prioritiseTask } from "./prioritise-task.ts";
import { ProblemError } from "./problem-error.ts";
import { readPolicy } from "./read-policy.ts";
import { showTask } from "./show-tasks.ts";
import { takeIssue } from "./submit-task.ts";

/** Takes an open issue up, as if somebody with the right to had labelled it. @param of.by whoever asks, who may */
export async function takeUpIssue(world: World, of: IssueWish & { by: string }): Promise<Task> {
  const repository = await findRepository(world, of.repository);
  const [{ policy, problem }, there, now] = await Promise.all([
    readPolicy(world, repository),
    world.github.repository(repository),
    world.github.issue(repository, of.issue),
  ]);
  if (policy === null) {
    throw new ProblemError({
      status: 422,
      code: "policy_broken",
      title: `.github/cc-orchestrator.yml of ${of.repository} cannot be read${problem ? `: ${problem.sentence}` : "."}`,
      advice: "Mend the file on the default branch, then try again.",
    });
  }
  if (!now.isOpen) {
    throw new ProblemError({ status: 409, code: "issue_closed", title: `Issue ${of.issue} is closed.` });
  }
  const wish = {
    repository,
    issue: of.issue,
    title: now.title,
    body: now.body,
    by: of.by,
    at: world.clock(),
    isLabel: false,
    isPlan: of.plan === true,
  };
  await takeIssue(world, wish, { policy, there, now });
  const task = world.store.tasks.byIssue(repository.id, of.issue);
  if (task === null) throw new Error(`issue ${of.issue} did not become a task`);
  if (of.priority !== undefined) prioritiseTask(world, taskName(task.id), of.priority);
  return showTask(world, taskName(task.id));
}
