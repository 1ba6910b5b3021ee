import { renderWhy } from "#domain/commands/answers.ts";
import { holdsOf } from "#domain/holds.ts";
import type { RunFacts } from "#domain/run.ts";
import { currentRun } from "#domain/task.ts";
import { gatesOf } from "#domain/why.ts";
import { type AskedCommand, type Deed, taskNowOf } from "./command-context.ts";
import { holdFactsOf } from "./holds.ts";
import type { World } from "./ports/world.ts";

/** Lists every gate of the issue or pull request, with what to do about those that are shut. */
export async function explainDeed(world: World, { comment, policy, problem }: AskedCommand): Promise<Deed> {
  const { github, store, operator } = world;
  const { repository } = comment;
  const number = comment.isPullRequest ? taskNowOf(world, comment)?.task.issue?.number : comment.thread;
  const [there, issue] = await Promise.all([
    github.repository(repository),
    number === undefined ? null : github.issueState(repository, number),
  ]);
  return () => {
    const now = taskNowOf(world, comment);
    const runnerId = currentRun(now?.runs ?? [])?.runnerId ?? null;
    const gates = gatesOf({
      issue,
      policy,
      problem,
      repository: there,
      publicRepositories: operator.publicRepositories,
      task: now?.task ?? null,
      runs: now?.runs ?? [],
      state: now?.state ?? null,
      queueReason: now?.queueReason ?? null,
      holds:
        now === null || isWorking(now.runs) ? [] : holdsOf(holdFactsOf(world, now.task, now.runs, store.runs.held())),
      runner: runnerId === null ? null : (store.runners.get(runnerId)?.name ?? null),
    });
    return { isDone: true, answer: renderWhy(gates, world.clock()) };
  };
}

function isWorking(runs: readonly RunFacts[]): boolean {
  return runs.some((run) => run.status === "in_progress");
}
