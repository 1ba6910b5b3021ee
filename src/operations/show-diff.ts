import { parseGitDiff } from "#domain/git-diff.ts";
import { isLocal } from "#domain/local.ts";
import type { Diff } from "#protocol/diff.ts";
import type { TaskName } from "#protocol/words.ts";
import { loadTask } from "./load-task.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

/** What the task's branch changes, as it was last pushed. @throws ProblemError 404 */
export async function showDiff(world: World, name: TaskName): Promise<Diff> {
  const task = loadTask(world, name);
  const base = task.policy.base ?? null;
  const found = isLocal(task.repository)
    ? await localDiff(world, task.cloneUrl, task.branch, base)
    : await world.github.branchDiff(task.repository, task.branch, base);
  if (found !== null) return found;
  throw new ProblemError({
    status: 404,
    code: "no_changes",
    title: `${name} has changed nothing yet.`,
    advice: "What Claude changes appears here when its branch is pushed.",
  });
}

async function localDiff(world: World, folder: string, branch: string, base: string | null): Promise<Diff | null> {
  const checkout = await world.checkouts.look(folder);
  const found = await checkout.diff(base ?? checkout.branch ?? "HEAD", branch);
  return found && { headSha: found.headSha, files: parseGitDiff(found.text), isCut: false };
}
