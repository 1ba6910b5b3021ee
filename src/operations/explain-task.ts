import { renderWhy } from "#domain/commands/answers.ts";
import { holdsOf } from "#domain/holds.ts";
import type { RunFacts } from "#domain/run.ts";
import { currentRun, taskStateOf } from "#domain/task.ts";
import { gatesOf, type WhyFacts } from "#domain/why.ts";
import type { Gate } from "#protocol/task.ts";
import type { TaskName } from "#protocol/words.ts";
import { type AskedCommand, type Deed, type TaskNow, taskNowOf } from "./command-context.ts";
import { holdFactsOf } from "./holds.ts";
import { loadTask } from "./load-task.ts";
import type { World } from "./ports/world.ts";
import { loadQueue, queueReasonOf } from "./queue-view.ts";

/** Lists every gate of the issue or pull request, with what to do about those that are shut. */
export async function explainDeed(world: World, { comment, policy, problem }: AskedCommand): Promise<Deed> {
  const { github } = world;
  const { repository } = comment;
  const isIssue = !comment.isPullRequest && comment.task === undefined;
  const number = isIssue ? comment.thread : taskNowOf(world, comment)?.task.issue?.number;
  const [there, issue] = await Promise.all([
    github.repository(repository),
    number === undefined ? null : github.issueState(repository, number),
  ]);
  return () => {
    const gates = gatesNow(world, taskNowOf(world, comment), { policy, problem, repository: there, issue });
    return { isDone: true, answer: renderWhy(gates, world.clock()) };
  };
}

/** The same for an operator; what GitHub does not tell at the moment is left out. @throws ProblemError 404 */
export async function whyTask(world: World, name: TaskName): Promise<Gate[]> {
  const { store, github } = world;
  const { repository, issue: of, origin } = loadTask(world, name);
  const [there, issue] = await Promise.all([
    of === null && origin === undefined ? null : orUnknown(github.repository(repository)),
    of === null ? null : orUnknown(github.issueState(repository, of.number)),
  ]);
  const task = loadTask(world, name);
  const runs = store.runs.ofTask(task.id);
  const queueReason = queueReasonOf(world, runs, loadQueue(world));
  const now: TaskNow = { task, runs, queueReason, state: taskStateOf(task, runs, queueReason) };
  const policy = store.policies.get(repository.id)?.policy ?? task.policy;
  return gatesNow(world, now, { policy, problem: null, repository: there, issue });
}

async function orUnknown<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking;
  } catch (error) {
    // Whoever wants to know why nothing goes on gets the rest of the answer.
    if (error instanceof Error) return null;
    throw error;
  }
}

type Asked = Pick<WhyFacts, "policy" | "problem" | "repository" | "issue">;

function gatesNow(world: World, now: TaskNow | null, asked: Asked): Gate[] {
  const { store, operator } = world;
  const runs = now?.runs ?? [];
  const runnerId = currentRun(runs)?.runnerId ?? null;
  return gatesOf({
    ...asked,
    publicRepositories: operator.publicRepositories,
    task: now?.task ?? null,
    runs,
    state: now?.state ?? null,
    queueReason: now?.queueReason ?? null,
    holds: now === null || isWorking(runs) ? [] : holdsOf(holdFactsOf(world, now.task, runs, store.runs.held())),
    runner: runnerId === null ? null : (store.runners.get(runnerId)?.name ?? null),
  });
}

function isWorking(runs: readonly RunFacts[]): boolean {
  return runs.some((run) => run.status === "in_progress");
}
