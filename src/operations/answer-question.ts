import { readAnswers } from "#domain/question.ts";
import { newRun, type RunFacts } from "#domain/run.ts";
import { advance } from "#domain/run-machine.ts";
import { currentRun, type TaskFacts } from "#domain/task.ts";
import { mostWords } from "#protocol/question.ts";
import type { Reason, TaskName } from "#protocol/words.ts";
import { loadTask } from "./load-task.ts";
import { refreshQueuedSurfaces } from "./mark-surfaces.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

/** Answers what a task's run asks. @throws ProblemError 404, 409 with the reason why it is no answer */
export function answerTask(world: World, name: TaskName, said: { by: string; words: string }): void {
  const refusal = world.store.transaction(() => answerQuestion(world, loadTask(world, name), said));
  if (refusal === null) return;
  const { code, sentence, advice } = refusal;
  throw new ProblemError({ status: 409, code, title: sentence, ...(advice === undefined ? {} : { advice }) });
}

/**
 * Part of a transaction: the first answer puts the run back into the queue, for the runner that has its session.
 * @returns why it is no answer; null when it is one
 */
export function answerQuestion(world: World, task: TaskFacts, said: { by: string; words: string }): Reason | null {
  const { store } = world;
  const run = currentRun(store.runs.ofTask(task.id));
  const question = run?.question ?? null;
  if (run === null || question === null) return nothingAsked;
  if (question.answer !== null) return tooLate(question.answer.by);
  if (said.words.length > mostWords) return tooLong;
  const answers = readAnswers(question.items, said.words);
  if (answers === null) return nothingSaid;
  const now = world.clock();
  const event = { kind: "answer", by: said.by, answers, now } as const;
  const answered = run.status === "waiting" ? advance(run, event) : null;
  if (answered !== null) store.runs.update(answered);
  else if (!isHandedOver(task, run)) return nothingAsked;
  else store.runs.insert(takenUpAgain(run, { ...question, answer: { by: said.by, at: now, answers } }, now));
  store.tasks.update({ ...task, updatedAt: now });
  refreshQueuedSurfaces(world);
  store.surfaces.markDue(task.id, now);
  world.bell.task(task.id);
  world.bell.queue();
  world.bell.work();
  return null;
}

/** Nobody had answered in time; the session is still there. */
function isHandedOver(task: TaskFacts, run: RunFacts): boolean {
  const isOpen = task.pullRequest === null || task.pullRequest.state === "open";
  return isOpen && task.cancelled === null && run.reason?.code === "question_unanswered";
}

function takenUpAgain(run: RunFacts, question: NonNullable<RunFacts["question"]>, now: number) {
  const { taskId, purpose, attempt, sessionId } = run;
  const again = newRun({ taskId, purpose, attempt: attempt + 1, sessionId, resume: true, notBefore: now, now });
  return { ...again, question };
}

const nothingAsked: Reason = {
  code: "nothing_asked",
  sentence: "Claude asks nothing here now, so there is nothing to answer.",
  advice: "`/claude say …` tells Claude something without being asked.",
};
const nothingSaid: Reason = { code: "nothing_said", sentence: "There are no words in this answer." };
const tooLong: Reason = {
  code: "answer_too_long",
  sentence: `An answer may have ${mostWords} characters, and this one has more.`,
};
function tooLate(by: string): Reason {
  return {
    code: "answered_already",
    sentence: `This was too late: ${by} has answered already, and Claude goes on with that.`,
    advice: "`/claude say …` tells Claude more.",
  };
}
