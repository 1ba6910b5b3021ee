import {
  checkCause,
  type FollowUp,
  isWorthLooking,
  type LookAt,
  mayFollowUp,
  nextFollowUpFor,
  type PullRequestFacts,
  type SubmittedReview,
} from "#domain/follow-up.ts";
import { mayWritePrompt } from "#domain/gate.ts";
import { isAlive, type TaskFacts } from "#domain/task.ts";
import { briefFor } from "./follow-brief.ts";
import { handOver, roundsOf, startFollowUp, withdrawRun } from "./follow-start.ts";
import { untrustedReview } from "./follow-untrusted.ts";
import { noteLook } from "./note-look.ts";
import type { DueLook } from "./ports/follow-ups.ts";
import type { World } from "./ports/world.ts";
import { rolesOf } from "./roles-of.ts";

/** While a run is at work nothing else is begun; its end wakes the look. */
const farMs = 24 * 60 * 60_000;
/** Checks that never end are waited for so long. */
const patienceMs = 30 * 60_000;
/** GitHub works `mergeable` out when it is first asked: asked again after so long each time, and then left to reconciling. */
const mergeableMs = [5_000, 30_000, 120_000];

/** Looks at a task's pull request for everything that is due, and begins what has to be done about it. */
export async function lookAtPullRequest(world: World, looks: readonly DueLook[]): Promise<void> {
  const { store } = world;
  const [first] = looks;
  const task = first && store.tasks.get(first.taskId);
  if (!first || !task?.pullRequest) return settle(world, looks);
  await withdrawMoot(world, task, looks);
  const runs = store.runs.ofTask(task.id);
  if (isAlive(runs)) return postpone(world, looks, farMs);
  const wanted = looks.filter(({ what }) => isWorthLooking(what, task, runs));
  if (!mayFollowUp(task, runs) || wanted.length === 0) return settle(world, looks);
  const pull = await read(world, task, wanted);
  if (pull === null) return settle(world, looks);
  const isPatient = world.clock() - first.since > patienceMs;
  const decide = (now: TaskFacts): FollowUp =>
    nextFollowUpFor({
      task: now,
      runs: store.runs.ofTask(now.id),
      pull,
      isKnown: (cause) => store.followUps.isKnown(now.id, cause),
      rounds: roundsOf(world, now.id),
      isPatient,
    });
  const next = decide(task);
  const brief =
    next.kind === "none" || next.kind === "wait" || next.kind === "hand_over"
      ? null
      : await briefFor(world, task, pull, next);
  store.transaction(() => {
    const now = store.tasks.get(task.id);
    // Whatever happened while GitHub was asked marks another look due, or has begun a run.
    if (now === null || JSON.stringify(decide(now)) !== JSON.stringify(next)) return postpone(world, looks, 0);
    if (next.kind === "wait") return postpone(world, looks, patienceMs);
    if (next.kind === "hand_over") handOver(world, now, pull.headSha, next);
    else if (brief !== null && next.kind !== "none") startFollowUp(world, now, brief, next.causes);
    else clearHandOver(world, now, pull);
    settleLooks(world, looks, pull, brief !== null);
  });
  world.bell.queue();
  world.bell.work();
}

async function read(world: World, task: TaskFacts, looks: readonly DueLook[]): Promise<PullRequestFacts | null> {
  const { github } = world;
  const number = task.pullRequest?.number ?? 0;
  const isAbout = (what: LookAt) => looks.some((look) => look.what === what);
  const head = await github.pullRequestHead(task.repository, number);
  if (head === null) return null;
  const checks = isAbout("checks") ? await github.checksOn(task.repository, head.headSha) : null;
  const reviews = isAbout("review") ? await github.reviewsOf(task.repository, number) : null;
  noteLook(world, task.id, { head, checks, reviews });
  return {
    ...head,
    mergeable: isAbout("mergeable") ? head.mergeable : null,
    checks,
    reviews: reviews === null ? null : await trustedOf(world, task, number, reviews),
  };
}

/** Reviews that were not worked through and whose authors may steer. Others are told once that theirs is left out. */
async function trustedOf(
  world: World,
  task: TaskFacts,
  number: number,
  all: readonly SubmittedReview[],
): Promise<SubmittedReview[]> {
  const { store } = world;
  const open = all.filter(
    ({ id, isBot, state }) =>
      !isBot &&
      (state === "commented" || state === "changes_requested") &&
      !store.followUps.isKnown(task.id, `review:${id}`),
  );
  const role = await rolesOf(
    world,
    task.repository,
    open.map(({ author }) => author),
  );
  const trusted = open.filter(({ author }) => mayWritePrompt(role(author), task.policy));
  for (const review of open) if (!trusted.includes(review)) untrustedReview(world, task, number, review);
  return trusted;
}

/** A repair that is still in the queue is taken out when the checks have passed on the same commit after all. */
async function withdrawMoot(world: World, task: TaskFacts, looks: readonly DueLook[]): Promise<void> {
  if (!looks.some(({ what }) => what === "checks")) return;
  const { store, github } = world;
  const queued = store.runs.ofTask(task.id).find((run) => run.status === "queued" && run.purpose === "fix_checks");
  const brief = queued === undefined ? null : (store.followUps.of(queued)?.brief ?? null);
  if (queued === undefined || brief?.purpose !== "fix_checks" || brief.headSha === null || brief.askedBy !== null)
    return;
  const { failing, pending } = await github.checksOn(task.repository, brief.headSha);
  if (failing.length > 0 || pending > 0) return;
  store.transaction(() => {
    const now = store.runs.get(queued.id);
    if (now?.status !== "queued") return;
    withdrawRun(world, now, "The checks have passed on the same commit when they ran again.");
    // Should they fail once more, that is another failure.
    for (const { app, name } of brief.checks) {
      store.followUps.forget(task.id, checkCause(brief.headSha ?? "", { app, name }));
    }
  });
}

function clearHandOver(world: World, task: TaskFacts, pull: PullRequestFacts): void {
  const isOver = pull.checks !== null && pull.checks.failing.length === 0 && pull.checks.pending === 0;
  if (task.handOver?.reason.code !== "checks_failing" || !isOver) return;
  world.store.tasks.update({ ...task, handOver: null, updatedAt: world.clock() });
  world.store.surfaces.markDue(task.id, world.clock());
  world.bell.task(task.id);
}

/** What GitHub does not know yet is asked for again later; after a run was begun, its end wakes what is left. */
function settleLooks(world: World, looks: readonly DueLook[], pull: PullRequestFacts, isBegun: boolean): void {
  for (const look of looks) {
    const wait = mergeableMs[look.tries];
    if (isBegun) world.store.followUps.postpone(look, world.clock() + farMs);
    else if (look.what === "mergeable" && pull.mergeable === null && wait !== undefined) {
      world.store.followUps.postpone(look, world.clock() + wait);
    } else world.store.followUps.settle(look);
  }
}

function settle(world: World, looks: readonly DueLook[]): void {
  world.store.transaction(() => {
    for (const look of looks) world.store.followUps.settle(look);
  });
}

function postpone(world: World, looks: readonly DueLook[], byMs: number): void {
  world.store.transaction(() => {
    for (const look of looks) world.store.followUps.postpone(look, world.clock() + byMs);
  });
}
