import { isReminderDue, questionReasons, type RunQuestion } from "#domain/question.ts";
import type { RunFacts } from "#domain/run.ts";
import { advance } from "#domain/run-machine.ts";
import { renderQuestionNotice } from "#domain/surfaces/question.ts";
import type { Asked } from "#protocol/question.ts";
import type { World } from "./ports/world.ts";

const hourMs = 60 * 60_000;

/** Part of a transaction: Claude asks, and its process has ended. The slot is free; the runner keeps the session. */
export function askQuestion(world: World, run: RunFacts, asked: Asked, seq: number): RunFacts {
  const { store } = world;
  const task = store.tasks.get(run.taskId);
  if (task === null || run.runnerId === null) return run;
  const now = world.clock();
  const question: RunQuestion = {
    toolUseId: asked.toolUseId,
    items: asked.items,
    askedAt: now,
    until: now + task.policy.question_hours * hourMs,
    isReminded: false,
    runnerId: run.runnerId,
    epoch: run.epoch,
    seq,
    answer: null,
  };
  const waiting = advance(run, { kind: "ask", question });
  if (waiting === null) return run;
  tellAsked(world, waiting, "asked");
  return waiting;
}

/** Part of a transaction: a comment of its own, for GitHub tells nobody of one that was edited. */
function tellAsked(world: World, { id, taskId, question }: RunFacts, occasion: "asked" | "reminder"): void {
  const { store, operator } = world;
  const task = store.tasks.get(taskId);
  if (task?.issue == null || question === null) return;
  const code = `question_${id}_${question.epoch}${occasion === "reminder" ? "_reminder" : ""}`;
  const issue = task.issue.number;
  const to = { actor: task.requestedBy, issue, code, markerKey: operator.markerKey };
  store.notices.insert({
    repository: task.repository,
    issue,
    code,
    body: renderQuestionNotice(question, occasion, to),
  });
}

/** Reminds once of questions that nobody answers, and hands them over to a person in the end. */
export function tendQuestions(world: World): void {
  const { store } = world;
  const now = world.clock();
  const changed = store.transaction(() => store.runs.asking().filter((run) => tend(world, run, now)));
  for (const run of changed) world.bell.task(run.taskId);
  if (changed.length > 0) world.bell.work();
}

function tend(world: World, run: RunFacts, now: number): boolean {
  const { store } = world;
  const { question } = run;
  if (question === null) return false;
  if (now >= question.until) {
    const reason = questionReasons.unanswered(question);
    const over = advance(run, { kind: "complete", conclusion: "failure", reason, now });
    if (over !== null) store.runs.update(over);
  } else if (isReminderDue(question, now)) {
    const reminded = { ...run, question: { ...question, isReminded: true } };
    store.runs.update(reminded);
    tellAsked(world, reminded, "reminder");
  } else {
    return false;
  }
  store.surfaces.markDue(run.taskId, now);
  return true;
}
