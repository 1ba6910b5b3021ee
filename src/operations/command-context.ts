import type { Command } from "#domain/commands/command.ts";
import type { Happening } from "#domain/happening.ts";
import type { RunFacts } from "#domain/run.ts";
import { type TaskFacts, type TaskState, taskStateOf } from "#domain/task.ts";
import type { Policy, Role } from "#protocol/policy.ts";
import type { Reason } from "#protocol/words.ts";
import type { World } from "./ports/world.ts";
import { loadQueue, queueReasonOf } from "./queue-view.ts";

export type Commented = Extract<Happening, { kind: "commented" }>;

/** A command with all that GitHub had to be asked for. */
export type AskedCommand = {
  command: Command;
  comment: Commented;
  role: Role | null;
  /** The policy in force; null when the file is broken and there never was a good one. */
  policy: Policy | null;
  problem: Reason | null;
};

/** What came of a command: done or not, and what the reaction leaves unsaid. */
export type Outcome = { isDone: boolean; answer: string | null };

/** Part of the transaction that records its outcome, so that a command is carried out once whatever dies meanwhile. */
export type Deed = () => Outcome;

/** A task as it stands at this moment. */
export type TaskNow = { task: TaskFacts; runs: RunFacts[]; state: TaskState; queueReason: Reason | null };

/** The task of an issue or of a pull request; null where there is none. */
export function taskNowOf(world: World, { repository, thread, isPullRequest, task: id }: Commented): TaskNow | null {
  const { tasks, runs } = world.store;
  const ofThread = () =>
    isPullRequest ? tasks.byPullRequest(repository.id, thread) : tasks.byIssue(repository.id, thread);
  const task = id === undefined ? ofThread() : tasks.get(id);
  if (task === null) return null;
  const all = runs.ofTask(task.id);
  const queueReason = queueReasonOf(world, all, loadQueue(world));
  return { task, runs: all, queueReason, state: taskStateOf(task, all, queueReason) };
}
