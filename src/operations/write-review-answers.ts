import { type ReviewAnswers, renderThreadAnswer, type ThreadAnswer } from "#domain/review-answers.ts";
import { threadMarker } from "#domain/surfaces/marker.ts";
import type { TaskFacts } from "#domain/task.ts";
import { GitHubRefusedError } from "./ports/github.ts";
import type { World } from "./ports/world.ts";

/**
 * Answers every thread of the reviews that were worked through, in place and once, resolves what is done where the policy
 * says so, and asks for the review again. What is already there after a crash is found by its marker.
 */
export async function writeReviewAnswers(world: World): Promise<void> {
  const { store } = world;
  for (const { runId, taskId, answers } of store.followUps.unanswered()) {
    const task = store.tasks.get(taskId);
    try {
      if (task !== null) await write(world, task, runId, answers);
    } catch (error) {
      // Locked, or the pull request is gone: another try changes nothing.
      if (!(error instanceof GitHubRefusedError)) throw error;
    }
    store.transaction(() => store.followUps.answer(runId, null));
  }
}

async function write(world: World, task: TaskFacts, runId: number, answers: ReviewAnswers): Promise<void> {
  const { store, github, operator } = world;
  const { repository } = task;
  const number = answers.pullRequest;
  const keep = (threads: ThreadAnswer[]) => {
    answers = { ...answers, threads };
    store.transaction(() => store.followUps.answer(runId, answers));
  };
  if (answers.threads.some(({ isWritten }) => !isWritten)) {
    const there = await github.reviewComments(repository, number);
    for (const [at, answer] of answers.threads.entries()) {
      if (answer.isWritten) continue;
      const marker = threadMarker({ runId, comment: answer.comment }, operator.markerKey);
      const isThere = there.some(({ inReplyTo, body }) => inReplyTo === answer.comment && body.includes(marker));
      const isGone = !there.some(({ id }) => id === answer.comment);
      if (!isThere && !isGone) {
        const body = renderThreadAnswer(answer, answers.commit, marker);
        await github.replyInThread(repository, number, answer.comment, body);
      }
      keep(answers.threads.with(at, { ...answer, isWritten: true }));
    }
  }
  const done = answers.threads.filter(({ isDone }) => isDone && answers.commit !== null).map(({ comment }) => comment);
  if (task.policy.follow_up.resolve_threads && done.length > 0) await github.resolveThreads(repository, number, done);
  await github.askForReview(repository, number, answers.reviewer);
}
