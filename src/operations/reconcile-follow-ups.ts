import { isWorthLooking, type LookAt, mayFollowUp, nextFollowUpFor, type PullRequestFacts } from "#domain/follow-up.ts";
import { type RepositoryRef, type TaskFacts, taskName } from "#domain/task.ts";
import { roundsOf } from "./follow-start.ts";
import type { World } from "./ports/world.ts";
import { leastReadFirst } from "./reconcile-surfaces.ts";

/**
 * Reads the open pull requests of tasks that rest, and marks a look due where something asks for one that nobody told
 * us of: a check that failed, a review, a conflict. Everything is asked for conditionally. What to do about it is
 * decided by the look, as after a webhook.
 * @returns what is to be looked at, in words
 */
export async function reconcileFollowUps(world: World, repository: RepositoryRef): Promise<string[]> {
  const { store } = world;
  const found: string[] = [];
  for (const { id } of leastReadFirst(world, repository)) {
    // As it is after what was reconciled before, and after the calls for the others.
    const task = store.tasks.get(id);
    if (task === null || !mayFollowUp(task, store.runs.ofTask(id))) continue;
    const looks = await untold(world, task);
    for (const what of looks) {
      store.transaction(() => store.followUps.markDue(id, what, world.clock()));
      found.push(`${taskName(id)} ${what}`);
    }
  }
  if (found.length > 0) world.bell.work();
  return found;
}

async function untold(world: World, task: TaskFacts): Promise<LookAt[]> {
  const { github, store } = world;
  const runs = store.runs.ofTask(task.id);
  const number = task.pullRequest?.number ?? 0;
  const isWorth = (what: LookAt) => isWorthLooking(what, task, runs);
  if (!isWorth("checks") && !isWorth("review") && !isWorth("mergeable")) return [];
  const head = await github.pullRequestHead(task.repository, number);
  if (head === null || !head.isOpen) return [];
  const checks = isWorth("checks") ? await github.checksOn(task.repository, head.headSha) : null;
  const reviews = isWorth("review") ? await github.reviewsOf(task.repository, number) : null;
  const only = (facts: Partial<PullRequestFacts>) =>
    nextFollowUpFor({
      task,
      runs,
      pull: { ...head, mergeable: null, checks: null, reviews: null, ...facts },
      isKnown: (cause) => store.followUps.isKnown(task.id, cause),
      rounds: roundsOf(world, task.id),
      isPatient: false,
    }).kind;
  const looks: LookAt[] = [];
  if (only({ reviews: reviews?.filter(({ isBot }) => !isBot) ?? null }) !== "none") looks.push("review");
  if (only({ mergeable: head.mergeable }) !== "none") looks.push("mergeable");
  const isWaitedFor = store.followUps.ofTask(task.id).some(({ what }) => what === "checks");
  const asked = only({ checks });
  const haveAllPassed = checks !== null && checks.failing.length === 0 && checks.pending === 0;
  const isMoot = haveAllPassed && task.handOver?.reason.code === "checks_failing";
  // The last check tells, and a look that waits for it stays as it is.
  if (isMoot || (asked !== "none" && !(asked === "wait" && isWaitedFor))) looks.push("checks");
  return looks;
}
