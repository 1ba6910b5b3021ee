import type { Happening } from "#domain/happening.ts";
import { answerCheck } from "./answer-check.ts";
import { answerComment } from "./answer-comment.ts";
import { followIssueEdit } from "./follow-issue-edit.ts";
import { followPullRequest } from "./follow-pull-request.ts";
import { GitHubBusyError, type PendingDelivery, type World } from "./ports.ts";
import { readPolicy } from "./read-policy.ts";
import { submitTask } from "./submit-task.ts";
import { withdrawTask } from "./withdraw-task.ts";

/** A delivery that keeps failing is given up after this many tries; reconciling repairs what it meant. */
const maxTries = 6;

/**
 * Works the oldest pending delivery.
 * @returns false when none is due
 */
export async function workNextDelivery(world: World): Promise<boolean> {
  const delivery = world.store.deliveries.nextPending(world.clock());
  if (delivery === null) return false;
  try {
    if (delivery.happening !== null) await carryOut(world, delivery.happening);
    world.store.transaction(() => world.store.deliveries.finish(delivery.id, "done", null));
  } catch (error) {
    recordFailure(world, delivery, error);
  }
  return true;
}

async function carryOut(world: World, happening: Happening): Promise<void> {
  switch (happening.kind) {
    case "issue_labelled":
      return submitTask(world, happening);
    case "issue_unlabelled":
    case "issue_closed":
      await withdrawTask(world, happening);
      return;
    case "pull_request_changed":
      return followPullRequest(world, happening);
    case "commented":
      return answerComment(world, happening);
    case "issue_edited":
      return followIssueEdit(world, happening);
    case "check_asked":
      return answerCheck(world, happening);
    case "policy_changed":
      await readPolicy(world, happening.repository);
  }
}

function recordFailure(world: World, delivery: PendingDelivery, error: unknown): void {
  const note = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const now = world.clock();
  world.store.transaction(() => {
    if (error instanceof GitHubBusyError) {
      world.store.deliveries.postpone(delivery.id, error.until, note);
    } else if (delivery.tries + 1 < maxTries) {
      world.store.deliveries.postpone(delivery.id, now + 1_000 * 2 ** delivery.tries, note);
    } else {
      world.store.deliveries.finish(delivery.id, "failed", note);
    }
  });
}
