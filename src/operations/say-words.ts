import type { RunFacts } from "#domain/run.ts";
import { newRun } from "#domain/run.ts";
import type { TaskFacts } from "#domain/task.ts";
import { revealHidden } from "#domain/text/hidden.ts";
import type { HeldRun, SaidToRun } from "#protocol/runner.ts";
import { GitHubRefusedError } from "./ports/github.ts";
import type { RunnerFacts } from "./ports/runners.ts";
import type { SaidWords } from "./ports/words.ts";
import type { World } from "./ports/world.ts";

/** Words for Claude; `comment` is GitHub's id of the comment that they stand in. */
export type Said = { by: string; at: number; text: string; comment: string | null };

/** Part of a transaction: the words go to the task's session as soon as it is at work. */
export function sayWords(world: World, task: TaskFacts, { by, at, text, comment }: Said): void {
  world.store.words.insert({ taskId: task.id, by, at, text: revealHidden(text).text.trim(), comment });
  world.bell.task(task.id);
}

/**
 * What these runs are to be told, the oldest first.
 * @param heard the messages that their runner has already
 */
export function wordsWanted(
  world: World,
  runner: RunnerFacts,
  held: readonly HeldRun[],
  heard: readonly number[],
): SaidToRun[] {
  const { store } = world;
  return held.flatMap(({ runId, epoch }) => {
    const run = store.runs.get(runId);
    if (run?.runnerId !== runner.id || run.epoch !== epoch || run.status === "completed" || run.cancelAsked) return [];
    return store.words
      .undelivered(run.taskId)
      .filter(({ id }) => !heard.includes(id))
      .map(({ id, by, text }) => ({ runId, message: id, text: `${by} says, while you work on this:\n\n${text}` }));
  });
}

/** Part of a transaction: Claude has truly taken it in; a session that begins anew later has it in its request. */
export function delivered(world: World, run: RunFacts, message: number): void {
  const { store } = world;
  const task = store.tasks.get(run.taskId);
  const words = store.words.undelivered(run.taskId).find(({ id }) => id === message);
  if (task === null || words === undefined || !store.words.deliver(run.taskId, message, run.id)) return;
  putInRequest(world, task, [words]);
  world.bell.work();
}

/**
 * Part of a transaction: a run has ended before it heard all that was said. Work that ended well goes on with those words
 * in the same session; otherwise the task's next run, queued or not, has them in its request.
 */
export function settleWords(world: World, task: TaskFacts, ended: RunFacts, next: RunFacts | null): void {
  const { store } = world;
  const left = store.words.undelivered(task.id);
  if (left.length === 0 || next?.resume === true) return;
  if (ended.conclusion === "success" && task.cancelled === null && next === null) {
    // Words for whoever writes a plan change the plan.
    const purpose = ended.purpose === "plan" ? "plan" : "continue";
    const attempt = store.runs.ofTask(task.id).filter((run) => run.purpose === purpose).length + 1;
    const { sessionId } = ended;
    const now = world.clock();
    store.runs.insert(newRun({ taskId: task.id, purpose, attempt, sessionId, resume: true, notBefore: null, now }));
    return;
  }
  putInRequest(world, task, left);
  for (const { id } of left) store.words.remove(id);
}

function putInRequest(world: World, task: TaskFacts, words: readonly SaidWords[]): void {
  const comments = words.map(({ by, at, text }) => ({ author: by, at: new Date(at).toISOString(), body: text }));
  // The task may have been changed in this transaction.
  const now = world.store.tasks.get(task.id) ?? task;
  const { snapshot } = now;
  world.store.tasks.update({ ...now, snapshot: { ...snapshot, comments: [...snapshot.comments, ...comments] } });
}

/** 👍 on the comments whose words Claude has heard. */
export async function thankForWords(world: World): Promise<void> {
  const { store } = world;
  for (const { id, taskId, comment } of store.words.unthanked()) {
    const task = store.tasks.get(taskId);
    try {
      if (task !== null && comment !== null) await world.github.react(task.repository, comment, "+1");
    } catch (error) {
      // The comment is gone: whoever wrote it has taken it back.
      if (!(error instanceof GitHubRefusedError)) throw error;
    }
    store.transaction(() => store.words.thanked(id));
  }
}
