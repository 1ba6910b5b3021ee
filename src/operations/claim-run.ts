import { nextRunFor } from "#domain/dispatch.ts";
import { withinBudget } from "#domain/holds.ts";
import { leaseMs } from "#domain/lease.ts";
import { planBefore } from "#domain/plan.ts";
import { renderPrompt } from "#domain/prompt.ts";
import type { RunFacts } from "#domain/run.ts";
import { advance } from "#domain/run-machine.ts";
import { type TaskFacts, taskName } from "#domain/task.ts";
import { singleLine } from "#domain/text/neutral.ts";
import type { Progress } from "#protocol/report.ts";
import type { RunOffer } from "#protocol/run.ts";
import { baseOfWork } from "./base-of-work.ts";
import { holdFactsOf } from "./holds.ts";
import { refreshQueuedSurfaces } from "./mark-surfaces.ts";
import type { RunnerFacts } from "./ports/runners.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";
import { loadQueue, takerOf } from "./queue-view.ts";

/**
 * Gives the runner the next run that fits it, under a new lease and fencing token.
 * @param freeSlots what the runner says that it has room for
 */
export function claimRun(world: World, asking: RunnerFacts, freeSlots: number): RunOffer | null {
  const { store } = world;
  const claimed = store.transaction(() => {
    const now = world.clock();
    // A long poll asks again and again: what is known of its runner may have changed meanwhile.
    const runner = store.runners.get(asking.id) ?? asking;
    store.runners.update({ ...runner, heartbeatAt: now });
    refuseLateJob(world, runner);
    if (runner.draining || runner.paused || runner.removedAt) return null;
    const { queue, busy } = loadQueue(world);
    const taker = takerOf(runner, store.runs.heldBy(runner.id));
    taker.freeSlots = Math.min(freeSlots, taker.freeSlots);
    const next = nextRunFor(taker, queue, busy, now);
    const queued = next && store.runs.get(next.runId);
    const task = queued && store.tasks.get(queued.taskId);
    const claimed = queued && advance(queued, { kind: "claim", runnerId: runner.id, now });
    if (!claimed || !task) return null;
    // Another runner has no such session: it starts over from the pushed branch.
    const isElsewhere = claimed.resume && next.lastRunnerId !== runner.id;
    const run = isElsewhere ? { ...claimed, sessionId: world.newSessionId(), resume: false } : claimed;
    store.runs.update(run);
    store.surfaces.markDue(task.id, now);
    refreshQueuedSurfaces(world);
    return { run, task };
  });
  if (claimed === null) return null;
  world.bell.task(claimed.task.id);
  world.bell.runner(asking.id);
  world.bell.work();
  return offerOf(world, claimed.run, claimed.task);
}

function offerOf(world: World, run: RunFacts, task: TaskFacts): RunOffer {
  const runs = world.store.runs.ofTask(task.id);
  const { limits, spent } = holdFactsOf(world, task, runs, []);
  const followUp = world.store.followUps.of(run)?.brief ?? null;
  return {
    runId: run.id,
    task: taskName(task.id),
    title: singleLine(task.snapshot.title, 120),
    purpose: run.purpose,
    attempt: run.attempt,
    epoch: run.epoch,
    leaseSeconds: leaseMs / 1_000,
    repository: task.repository.name,
    cloneUrl: task.cloneUrl,
    baseBranch: baseOfWork(world, task),
    branch: task.branch,
    headSha: headOf(task, runs),
    sessionId: run.sessionId,
    resume: run.resume,
    prompt: renderPrompt({
      name: taskName(task.id),
      repository: task.repository.name,
      issue: task.issue?.number ?? null,
      origin: task.origin,
      snapshot: task.snapshot,
      policy: task.policy,
      purpose: run.purpose,
      followUp,
      earlier: followUp === null || run.resume ? null : (runs.findLast(({ summary }) => summary)?.summary ?? null),
      plan: planOf(task, runs, run),
      nonce: world.newSecret(),
    }),
    ...(followUp?.purpose === "resolve_conflicts" ? { update: followUp.how } : {}),
    ...answerOf(run),
    ...(run.progress === null ? {} : spentIn(run.progress)),
    policy: { ...task.policy, limits: withinBudget(limits, spent) },
    author: world.operator.author,
  };
}

/** A job whose one run somebody else has taken, or nobody needs any more, has nothing to wait for. @throws ProblemError 409 */
function refuseLateJob({ store }: World, { id, onlyRun }: RunnerFacts): void {
  const run = onlyRun === null ? null : store.runs.get(onlyRun);
  if (run === null || run.status === "queued" || (run.status !== "completed" && run.runnerId === id)) return;
  throw new ProblemError({ status: 409, code: "run_taken", title: `Run ${run.id} needs this job no more.` });
}

function spentIn({ costUsd, inputTokens, outputTokens }: Progress): Pick<RunOffer, "spentUsd" | "spentTokens"> {
  return { spentUsd: costUsd, spentTokens: { inputTokens, outputTokens } };
}

/** The plan that the run is to carry out, or to change. */
function planOf(task: TaskFacts, runs: readonly RunFacts[], run: RunFacts) {
  const isApproved = run.purpose === "implement";
  const plan = isApproved || run.purpose === "plan" ? planBefore(task, runs, run) : null;
  return plan && { isApproved, text: run.resume ? null : plan.summary };
}

/** What was asked in this run, once it is answered. */
function answerOf({ question }: RunFacts): Pick<RunOffer, "answer"> {
  if (question?.answer == null) return {};
  const { toolUseId, items, answer } = question;
  return { answer: { toolUseId, items, answers: answer.answers } };
}

/** Where the task's branch stands; a branch of an earlier request, merged or closed, does not count. */
function headOf(task: TaskFacts, runs: readonly RunFacts[]): string | null {
  const ofBranch = task.pullRequest === null ? runs.filter((run) => run.createdAt >= task.snapshot.takenAt) : runs;
  return ofBranch.filter((run) => run.headSha !== null).at(-1)?.headSha ?? null;
}
