import { applyReport } from "#domain/apply-report.ts";
import { leaseMs } from "#domain/lease.ts";
import type { RunFacts } from "#domain/run.ts";
import { advance } from "#domain/run-machine.ts";
import type { Report } from "#protocol/report.ts";
import { askQuestion } from "./ask-question.ts";
import { endJob } from "./end-job.ts";
import { endFollowUp } from "./follow-end.ts";
import { heldRun } from "./hold-run.ts";
import { markProgress, refreshQueuedSurfaces } from "./mark-surfaces.ts";
import { planNextRun } from "./plan-next-run.ts";
import type { RunnerFacts } from "./ports/runners.ts";
import type { World } from "./ports/world.ts";
import { delivered, settleWords } from "./say-words.ts";
import { tellPlan } from "./tell-plan.ts";

const settleMs = 3_000;
const toldAtOnce: ReadonlySet<string> = new Set(["completed", "asked", "taken_over", "handed_back"]);

/**
 * Applies a runner's numbered reports about a run: each at most once and in order.
 * A report that was applied before is acknowledged again; behind a gap nothing is applied.
 * @returns the number of the last report that is stored for good
 * @throws ProblemError 409 `stale_lease`
 */
export function applyReports(
  world: World,
  runner: RunnerFacts,
  runId: number,
  epoch: number,
  reports: readonly Report[],
): number {
  const { store } = world;
  const acknowledged = store.transaction(() => {
    const before = store.runs.get(runId);
    // A completed run's last report may have been stored while its answer was lost: say so again.
    if (before?.status === "completed" && before.runnerId === runner.id && before.epoch === epoch) {
      if (reports.every((report) => report.seq <= before.lastSeq)) return before.lastSeq;
    }
    // So may the report of a question, after which nobody holds the run.
    const asked = before?.question;
    if (asked?.runnerId === runner.id && asked.epoch === epoch && reports.every((report) => report.seq <= asked.seq)) {
      return asked.seq;
    }
    let run = heldRun(world, runner, runId, epoch);
    const now = world.clock();
    if (run.status === "waiting") run = advance(run, { kind: "heard", now }) ?? run;
    let dueAt: number | null = null;
    for (const report of [...reports].sort((a, b) => a.seq - b.seq)) {
      if (report.seq <= run.lastSeq) continue;
      if (report.seq !== run.lastSeq + 1 || run.status !== "in_progress") break;
      dueAt = sooner(dueAt, showAt(run, report, now));
      run = { ...applyOne(world, run, report, now), lastSeq: report.seq };
    }
    store.runs.update(run.status === "in_progress" ? { ...run, leaseUntil: now + leaseMs } : run);
    if (run.status === "completed") finish(world, run);
    if (run.status === "waiting") freeSlot(world);
    if (dueAt === null) markProgress(world, run);
    else store.surfaces.markDue(run.taskId, dueAt);
    world.bell.task(run.taskId);
    return run.lastSeq;
  });
  world.bell.work();
  return acknowledged;
}

/**
 * When GitHub has to show what a report tells; null for progress, which may wait its turn.
 * Work that was pushed is verified next, which is often over in a moment: both are shown together then.
 */
function showAt(run: RunFacts, { body }: Report, now: number): number | null {
  if (toldAtOnce.has(body.kind)) return now;
  if (body.kind !== "pushed") return null;
  return run.headSha === null ? now : now + settleMs;
}

function sooner(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function applyOne(world: World, run: RunFacts, report: Report, now: number): RunFacts {
  const { body } = report;
  if (body.kind === "log") {
    world.logs.append(run.taskId, run.id, body.lines, { epoch: run.epoch, seq: report.seq });
    world.bell.log(run.taskId, run.id, body.lines);
    return run;
  }
  if (body.kind === "prepared") settleBranch(world, run.taskId, body.branch);
  if (body.kind === "delivered") {
    delivered(world, run, body.message);
    return run;
  }
  if (body.kind === "asked") return askQuestion(world, run, body, report.seq);
  const applied = applyReport(run, report);
  if (body.kind !== "completed") return applied;
  return (
    advance(applied, { kind: "complete", conclusion: body.conclusion, reason: body.reason ?? null, now }) ?? applied
  );
}

/** The runner takes another branch name where somebody else's branch has the one that we chose. */
function settleBranch(world: World, taskId: number, branch: string): void {
  const task = world.store.tasks.get(taskId);
  if (task !== null && task.branch !== branch) world.store.tasks.update({ ...task, branch });
}

function finish(world: World, run: RunFacts): void {
  const task = world.store.tasks.get(run.taskId);
  if (task !== null) {
    const next = planNextRun(world, task, run);
    if (next === null) endFollowUp(world, task, run);
    settleWords(world, task, run, next);
    tellPlan(world, task, run);
  }
  endJob(world, run);
  freeSlot(world);
}

/** The freed slot may take the next one. */
function freeSlot(world: World): void {
  refreshQueuedSurfaces(world);
  world.bell.queue();
}
