import { checkCause } from "#domain/follow-up.ts";
import type { FollowUpBrief } from "#domain/follow-up-brief.ts";
import { reasons } from "#domain/reasons.ts";
import { answersFor, splitAnswers } from "#domain/review-answers.ts";
import type { RunFacts } from "#domain/run.ts";
import type { TaskFacts } from "#domain/task.ts";
import { handOver } from "./follow-start.ts";
import type { World } from "./ports/world.ts";

const settleMs = 500;

/** Part of a transaction: a run has ended, and no other attempt follows: what it owes is noted, and what waited is looked at. */
export function endFollowUp(world: World, task: TaskFacts, ended: RunFacts): void {
  const { store } = world;
  const record = store.followUps.of(ended);
  if (record !== null && ended.conclusion === "success") settle(world, task, ended, record);
  store.followUps.wake(task.id, world.clock() + settleMs);
}

function settle(world: World, task: TaskFacts, ended: RunFacts, of: { runId: number; brief: FollowUpBrief }): void {
  const { brief } = of;
  const hasChanged = ended.headSha !== null && ended.headSha !== brief.headSha;
  if (brief.purpose === "address_review") {
    const { store } = world;
    const { summary, answers } = splitAnswers(ended.summary ?? "");
    store.runs.update({ ...ended, summary });
    store.followUps.answer(of.runId, {
      pullRequest: brief.pullRequest,
      reviewer: brief.review.author,
      commit: hasChanged ? ended.headSha : null,
      threads: answersFor(brief.threads, answers),
      isAskedAgain: false,
    });
  }
  // Nothing new was pushed, so no check will run again by itself.
  if (brief.purpose === "fix_checks" && !hasChanged && brief.headSha !== null) {
    const headSha = brief.headSha;
    const names = brief.checks.map(({ name }) => name);
    const causes = brief.checks.map((check) => checkCause(headSha, check));
    handOver(world, task, headSha, { reason: reasons.checksLeftAlone(names), causes });
  }
}
