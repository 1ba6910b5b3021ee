import type { Task } from "#protocol/task.ts";
import { askGit, originOf, topOf } from "./checkout.ts";
import type { Context } from "./context.ts";
import { FailedError } from "./errors.ts";

/** The repository with the task's branch, and what to compare in it. @throws FailedError where there is none */
export async function placeOf(
  task: Task,
  context: Context,
): Promise<{ folder: string; range: string; branch: string }> {
  const { name, branch, folder: own } = task;
  if (branch === null || task.runs.every(({ headSha }) => headSha === null))
    throw new FailedError(`${name} has no work on a branch yet.`, `See how it stands: cc-orchestrator explain ${name}`);
  if (own !== undefined) {
    const there = await askGit(own, ["rev-parse", "--verify", "--quiet", `refs/heads/${branch}`]).catch(() => null);
    if (there === null)
      throw new FailedError(`The branch ${branch} is not in ${own}.`, "Run this on the server's machine.");
    return { folder: own, range: `${task.base ?? "HEAD"}...${branch}`, branch };
  }
  const top = await topOf(context.folder);
  if (top === null || (await originOf(top))?.toLowerCase() !== task.repository.toLowerCase())
    throw new FailedError(
      `This is no clone of ${task.repository}.`,
      task.pullRequest === null ? "Go into one." : `Go into one, or look at ${task.pullRequest.url}/files`,
    );
  await askGit(top, ["fetch", "--quiet", "origin", "--", branch]);
  return { folder: top, range: `origin/${task.base ?? "HEAD"}...FETCH_HEAD`, branch };
}
