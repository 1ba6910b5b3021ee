import { reviewCause, type SubmittedReview } from "#domain/follow-up.ts";
import { renderNotice } from "#domain/surfaces/notice.ts";
import type { TaskFacts } from "#domain/task.ts";
import type { World } from "./ports/world.ts";

/** A review of somebody who may not steer is not passed on, and the pull request says so, once (S12). */
export function untrustedReview(world: World, task: TaskFacts, number: number, review: SubmittedReview): void {
  const { store, operator } = world;
  const { role } = task.policy;
  const reason = {
    code: "review_left_out",
    sentence: `This review is not passed on to Claude: that needs the role ${role}.`,
    advice: `Somebody with the role ${role} can review as well, or write \`/claude say …\`.`,
  };
  const body = renderNotice(reason, { actor: review.author, issue: number, markerKey: operator.markerKey });
  store.transaction(() => {
    store.followUps.remember(task.id, reviewCause(review.id), world.clock());
    store.notices.insert({ repository: task.repository, issue: number, code: reason.code, body });
  });
}
