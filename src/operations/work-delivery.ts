import type { Happening } from "#domain/happening.ts";
import { answerCheck } from "./answer-check.ts";
import { answerComment } from "./answer-comment.ts";
import { hintBase, hintChecks, hintReview } from "./follow-hints.ts";
import { followIssueEdit } from "./follow-issue-edit.ts";
import { followLinks } from "./follow-links.ts";
import { followPriority } from "./follow-priority.ts";
import { followPullRequest } from "./follow-pull-request.ts";
import { followAppLoss } from "./leave-repositories.ts";
import { noteVerdict } from "./note-verdict.ts";
import type { PendingDelivery } from "./ports/deliveries.ts";
import { GitHubBusyError } from "./ports/github.ts";
import type { World } from "./ports/world.ts";
import { readPolicy } from "./read-policy.ts";
import { submitTask } from "./submit-task.ts";
import { withdrawTask } from "./withdraw-task.ts";

/** A delivery that keeps failing is given up after this many tries; reconciling repairs what it meant. */
const maxTries = 6;

/** Nothing repairs a command that is given up, so that it is tried for about forty minutes. */
const maxTriesOfComment = 15;
const slowestRetryMs = 5 * 60_000;

/**
 * Works the oldest pending delivery.
 * @returns false when none is due
 */
export async function workNextDelivery(world: World): Promise<boolean> {
  const delivery = world.store.deliveries.nextPending(world.clock());
  if (delivery === null) return false;
  if (waitsForEarlier(world, delivery)) return true;
  try {
    if (delivery.happening !== null) await carryOut(world, delivery.happening);
    world.store.transaction(() => world.store.deliveries.finish(delivery.id, "done", null));
  } catch (error) {
    recordFailure(world, delivery, error);
  }
  return true;
}

/** Commands under one issue are carried out in the order in which they came, so a later one waits for one that failed. */
function waitsForEarlier(world: World, { id, happening }: PendingDelivery): boolean {
  if (happening?.kind !== "commented") return false;
  const { deliveries } = world.store;
  const dueAt = deliveries.earlierComment(id, { repositoryId: happening.repository.id, thread: happening.thread });
  if (dueAt === null) return false;
  const at = Math.max(dueAt, world.clock()) + 1;
  world.store.transaction(() => deliveries.postpone(id, at, "waits for an earlier command"));
  return true;
}

async function carryOut(world: World, happening: Happening): Promise<void> {
  if (happening.verdict !== undefined && "repository" in happening)
    noteVerdict(world, happening.repository, happening.verdict);
  switch (happening.kind) {
    case "verdict_told":
      return;
    case "issue_labelled":
      await followPriority(world, happening);
      return submitTask(world, happening);
    case "issue_unlabelled":
      await followPriority(world, happening);
      await withdrawTask(world, happening);
      return;
    case "issue_closed":
      await withdrawTask(world, happening);
      return followLinks(world, happening);
    case "links_changed":
      return followLinks(world, happening);
    case "pull_request_changed":
      return followPullRequest(world, happening);
    case "commented":
      return answerComment(world, happening);
    case "issue_edited":
      return followIssueEdit(world, happening);
    case "check_asked":
      return answerCheck(world, happening);
    case "checks_changed":
      return hintChecks(world, happening);
    case "reviewed":
      return hintReview(world, happening);
    case "branch_moved":
      return hintBase(world, happening);
    case "app_left":
      return followAppLoss(world, happening);
    case "policy_changed":
      hintBase(world, { repository: happening.repository, isDefault: true, branch: null });
      await readPolicy(world, happening.repository);
  }
}

function recordFailure(world: World, delivery: PendingDelivery, error: unknown): void {
  const note = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const now = world.clock();
  world.store.transaction(() => {
    if (error instanceof GitHubBusyError) {
      world.store.deliveries.postpone(delivery.id, error.until, note);
    } else if (delivery.tries + 1 < triesOf(delivery)) {
      const waitMs = Math.min(slowestRetryMs, 1_000 * 2 ** delivery.tries);
      world.store.deliveries.postpone(delivery.id, now + waitMs, note);
    } else {
      world.store.deliveries.finish(delivery.id, "failed", note);
    }
  });
}

function triesOf({ happening }: PendingDelivery): number {
  return happening?.kind === "commented" ? maxTriesOfComment : maxTries;
}
