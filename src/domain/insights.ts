import type { Insights } from "#protocol/insights.ts";
import type { RunFacts } from "./run.ts";
import { currentRun, type TaskFacts } from "./task.ts";

const dayMs = 24 * 60 * 60_000;

type Day = Insights["days"][number];
type Counted = Omit<Insights, "calls">;

/**
 * How work went in the last so many days, today included, from tasks and runs that changed within them.
 * What was merged or failed counts on the day of its task's last change.
 */
export function insightsOf(
  facts: { tasks: readonly TaskFacts[]; runs: readonly RunFacts[] },
  days: number,
  now: number,
): Counted {
  const from = startOfDay(now) - (days - 1) * dayMs;
  const isWithin = (at: number | null): at is number => at !== null && at >= from && at <= now;
  const byDay = new Map(
    Array.from({ length: days }, (_, n) => emptyDay(from + n * dayMs)).map((day) => [day.day, day]),
  );
  const dayAt = (at: number) => byDay.get(dayOf(at));
  const add = (at: number | null, change: (day: Day) => void) => {
    const day = isWithin(at) ? dayAt(at) : undefined;
    if (day !== undefined) change(day);
  };

  const runsOf = Map.groupBy(facts.runs, (run) => run.taskId);
  const merged = facts.tasks.filter((task) => task.pullRequest?.state === "merged" && isWithin(task.updatedAt));
  const failed = facts.tasks.filter((task) => isWithin(task.updatedAt) && hasFailed(task, runsOf.get(task.id) ?? []));
  const asked = facts.tasks.filter((task) => isWithin(task.createdAt));
  for (const task of asked) add(task.createdAt, count("asked"));
  for (const task of merged) add(task.updatedAt, count("merged"));
  for (const task of failed) add(task.updatedAt, count("failed"));

  const runs = facts.runs.filter((run) => isWithin(run.completedAt ?? run.startedAt));
  for (const run of runs) add(run.completedAt ?? run.startedAt, count("costUsd", costOf(run)));
  const started = facts.runs.filter((run) => isWithin(run.startedAt));
  for (const [day, those] of Map.groupBy(started, (run) => dayOf(run.startedAt ?? 0)))
    add(Date.parse(day), (found) => {
      found.waitingSeconds = median(those.map(waitingOf));
    });

  const costUsd = sum(runs.map(costOf));
  const taskOf = new Map(facts.tasks.map((task) => [task.id, task]));
  const repositoryOf = (run: RunFacts) => taskOf.get(run.taskId)?.repository.name ?? "unknown/unknown";
  return {
    from: new Date(from).toISOString(),
    to: new Date(now).toISOString(),
    days: [...byDay.values()],
    totals: {
      asked: asked.length,
      merged: merged.length,
      failed: failed.length,
      runs: runs.length,
      costUsd,
      costPerMergedUsd: merged.length === 0 ? null : costUsd / merged.length,
      waitingSeconds: median(started.map(waitingOf)),
      workingSeconds: median(
        runs.flatMap((run) =>
          run.startedAt === null || run.completedAt === null ? [] : [(run.completedAt - run.startedAt) / 1_000],
        ),
      ),
    },
    repositories: [...Map.groupBy(runs, repositoryOf)]
      .map(([name, those]) => ({
        name,
        ...tallyOf(those),
        merged: merged.filter((task) => task.repository.name === name).length,
      }))
      .sort((one, other) => other.runs - one.runs || one.name.localeCompare(other.name)),
    purposes: [...Map.groupBy(runs, (run) => run.purpose)]
      .map(([name, those]) => ({ name, ...tallyOf(those) }))
      .sort((one, other) => other.runs - one.runs || one.name.localeCompare(other.name)),
    fixRounds: fixRoundsOf(runs),
  };
}

function tallyOf(runs: readonly RunFacts[]): { runs: number; succeeded: number; costUsd: number } {
  return {
    runs: runs.length,
    succeeded: runs.filter((run) => run.conclusion === "success").length,
    costUsd: sum(runs.map(costOf)),
  };
}

function fixRoundsOf(runs: readonly RunFacts[]): Counted["fixRounds"] {
  const rounds = [...Map.groupBy(runs, (run) => run.taskId).values()].map(
    (those) => those.filter((run) => run.purpose === "fix_checks").length,
  );
  return [...Map.groupBy(rounds, (count) => count)]
    .map(([count, those]) => ({ rounds: count, tasks: those.length }))
    .sort((one, other) => one.rounds - other.rounds);
}

function hasFailed(task: TaskFacts, runs: readonly RunFacts[]): boolean {
  const conclusion = currentRun(runs)?.conclusion ?? null;
  const isOpen = task.pullRequest === null || task.pullRequest.state === "open";
  return isOpen && task.cancelled === null && conclusion !== null && !/^(success|cancelled)$/.test(conclusion);
}

function waitingOf(run: RunFacts): number {
  // A run that was to wait, as for a usage limit, waited for its time and not for a runner.
  return Math.max(0, (run.startedAt ?? 0) - Math.max(run.createdAt, run.notBefore ?? 0)) / 1_000;
}

function costOf(run: RunFacts): number {
  return run.progress?.costUsd ?? 0;
}

function median(values: readonly number[]): number | null {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function startOfDay(at: number): number {
  return Math.floor(at / dayMs) * dayMs;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function count(what: "asked" | "merged" | "failed" | "costUsd", by = 1) {
  return (day: Day): void => {
    day[what] += by;
  };
}

function emptyDay(at: number): Day {
  return { day: dayOf(at), asked: 0, merged: 0, failed: 0, costUsd: 0, waitingSeconds: null };
}
