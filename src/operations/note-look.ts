import type { ChecksOnHead, SubmittedReview } from "#domain/follow-up.ts";
import { verdictsAt, withChecks, withReview } from "#domain/verdicts.ts";
import type { Review } from "#protocol/verdicts.ts";
import { keep } from "./note-verdict.ts";
import type { PullRequestHead } from "./ports/github.ts";
import type { World } from "./ports/world.ts";

/** Writes down what a look at a pull request has found; null stands for what it was not about. */
export function noteLook(
  world: World,
  taskId: number,
  found: { head: PullRequestHead; checks: ChecksOnHead | null; reviews: readonly SubmittedReview[] | null },
): void {
  const { head, checks, reviews } = found;
  world.store.transaction(() => {
    const task = world.store.tasks.get(taskId);
    if (task === null) return;
    const known = world.store.verdicts.of(taskId);
    const there = verdictsAt(known, head.headSha);
    const checked = checks?.all === undefined ? there : withChecks(there, checks.all);
    const reviewed = (reviews ?? []).flatMap(toldOf).reduce(withReview, checked);
    keep(world, task, known, { ...reviewed, mergeable: head.mergeable ?? reviewed.mergeable });
  });
}

function toldOf({ author, state, submittedAt }: SubmittedReview): Review[] {
  return state === "pending" ? [] : [{ author, state, at: new Date(submittedAt).toISOString() }];
}
