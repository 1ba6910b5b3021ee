import { renderRefusal } from "#domain/commands/answers.ts";
import { roleFor } from "#domain/commands/roles.ts";
import { isAtLeast } from "#domain/gate.ts";
import { waitingPlan } from "#domain/plan.ts";
import type { RunFacts } from "#domain/run.ts";
import { openQuestionOf } from "#domain/surfaces/question.ts";
import { currentRun, type TaskFacts } from "#domain/task.ts";
import { defaultPolicy } from "#protocol/policy.ts";
import { mostWords } from "#protocol/question.ts";
import type { Reason } from "#protocol/words.ts";
import { answerQuestion } from "./answer-question.ts";
import type { Commented } from "./command-context.ts";
import type { World } from "./ports/world.ts";
import { putReply } from "./put-reply.ts";
import { reactTo } from "./react-to.ts";
import { readPolicy } from "./read-policy.ts";
import { recordCommand } from "./record-command.ts";
import { revisePlan } from "./revise-plan.ts";
import { roleOf } from "./role-of.ts";
import { sayWords } from "./say-words.ts";

/** What is told later than this may have been overtaken by what happened since. */
const lateMs = 60 * 60_000;

/**
 * A comment without a command, while somebody is listening: by a person who may steer it answers what Claude asks, or goes
 * to the session that is at work. Anybody else's is left alone, and nothing is asked of GitHub while nobody listens.
 */
export async function hearComment(world: World, comment: Commented): Promise<void> {
  const { repository, actor } = comment;
  if (listeningTask(world, comment) === null || actor.isBot || comment.body.trim() === "") return;
  if (world.store.commands.ofComment(repository.id, comment.comment).length === 0) {
    const policy = (await readPolicy(world, repository)).policy ?? defaultPolicy;
    const role = await roleOf(world, repository, actor, policy);
    if (role === null || !isAtLeast(role, roleFor(meaningOf(world, comment), policy))) return;
    if (!(await reactTo(world, comment, "eyes"))) return;
    take(world, comment);
  }
  const [record] = world.store.commands.ofComment(repository.id, comment.comment);
  if (record === undefined || world.store.words.isOpen(repository.id, comment.comment)) return;
  await reactTo(world, comment, record.isDone ? "+1" : "-1");
}

/** The task, while a run of it is in the queue, at work or waiting, and the comment is younger than its request. */
function listeningTask(world: World, { repository, thread, isPullRequest, at }: Commented): TaskFacts | null {
  const { tasks, runs } = world.store;
  const task = isPullRequest ? tasks.byPullRequest(repository.id, thread) : tasks.byIssue(repository.id, thread);
  if (task === null || at <= task.snapshot.takenAt || world.clock() - at > lateMs) return null;
  const run = currentRun(runs.ofTask(task.id));
  if (run === null || run.cancelAsked !== null) return null;
  return run.status !== "completed" || isUnanswered(run) || waitingPlan(task, run) !== null ? task : null;
}

/** What a plain comment is, so that it takes the role of that command. */
function meaningOf(world: World, comment: Commented): "say" | "answer" {
  const task = listeningTask(world, comment);
  const run = task && currentRun(world.store.runs.ofTask(task.id));
  return run && isAnswerTo(run) ? "answer" : "say";
}

function isAnswerTo(run: RunFacts): boolean {
  return openQuestionOf(run) !== null || isUnanswered(run);
}

/** Handed over because nobody answered in time: the session still waits for it. */
function isUnanswered({ status, reason }: RunFacts): boolean {
  return status === "completed" && reason?.code === "question_unanswered";
}

/** The answer or the words, and the record that they were taken: all of it or nothing. */
function take(world: World, comment: Commented): void {
  const { store } = world;
  const { repository, thread, actor, body, at } = comment;
  store.transaction(() => {
    const task = listeningTask(world, comment);
    if (task === null) return;
    const run = currentRun(store.runs.ofTask(task.id));
    const isAnswer = run !== null && isAnswerTo(run);
    const refusal = isAnswer ? answerQuestion(world, task, { by: actor.login, words: body }) : tooLong(body);
    if (!isAnswer && refusal === null) {
      const said = { by: actor.login, at, text: body, comment: comment.comment };
      const plan = waitingPlan(task, run);
      if (plan === null) sayWords(world, task, said);
      else revisePlan(world, task, plan, said);
    }
    const said = { repositoryId: repository.id, comment: comment.comment, ordinal: 0, thread, by: actor.login };
    const outcome = { isDone: refusal === null, answer: refusal === null ? null : renderRefusal(refusal) };
    recordCommand(world, { ...said, line: firstLineOf(body), ...outcome, at: world.clock() }, { task: task.id });
    if (refusal !== null) putReply(world, repository, thread);
  });
  world.bell.work();
}

function firstLineOf(body: string): string {
  return Array.from((body.trim().split("\n", 1)[0] ?? "").slice(0, 400))
    .slice(0, 120)
    .join("");
}

function tooLong(body: string): Reason | null {
  if (body.length <= mostWords) return null;
  const sentence = `These are more than ${mostWords} characters, which is too long for Claude to take in.`;
  return { code: "words_too_long", sentence };
}
