import { setTimeout as wait } from "node:timers/promises";
import { acts } from "./adversary.ts";
import { alarmsIn } from "./alarms.ts";
import type { FaultName } from "./faults.ts";
import { isSettled, judge, type Seen } from "./judge.ts";
import type { ChaosOptions } from "./options.ts";
import { describeFault, type Kind, type PlannedTask, planTasks } from "./plan.ts";
import { openProgress } from "./progress.ts";
import { type Asked, doubledClaudes, readIssues, readLeftovers, shownOf } from "./seen.ts";
import { openSite, type Site } from "./site.ts";
import { openWork, titleOf } from "./work.ts";

/** The last tasks' faults are waited for this long. */
const lastFaultsMs = 90_000;
/**
 * Once the faults have ended nothing stands still for longer, on whatever machine: a lost lease, a reconcile, another
 * attempt. A slow machine may take its time as long as something moves.
 */
const stillMs = 4 * 60_000;
const longestMs = 20 * 60_000;
const lookMs = 300;
const sampleMs = 250;

/** One thing that the adversary did. */
export type Deeds = { at: number; planned: string; fault: FaultName; done: string; isOver: boolean };

export type SiegeResult = {
  seed: number;
  tasks: number;
  kinds: Partial<Record<Kind, number>>;
  faults: Partial<Record<FaultName, number>>;
  lacks: readonly string[];
  /** From the first label to the last fault's end, and from there until everything was settled. */
  siegeMs: number;
  convergedMs: number | null;
  lives: Record<string, number>;
  calls: number;
  deliveries: { all: number; failed: number; again: number };
  answers: number;
  wrong: string[];
  schedule: string[];
  folder: string;
};

/** Lays siege to the whole world for one seed, waits until it has come to rest, and examines it from outside. */
export async function laySiege(
  seed: number,
  options: ChaosOptions,
  tell: (line: string) => void,
  interrupted: AbortSignal,
): Promise<SiegeResult> {
  const progress = openProgress();
  const kinds = new Map<number, Kind>();
  const work = openWork((ordinal) => kinds.get(ordinal) ?? "plain", progress);
  const site = await openSite(options, work);
  const begunAt = performance.now();
  const since = () => Math.round(performance.now() - begunAt);
  const over = new AbortController();
  const asked: Asked[] = [];
  const deeds: Deeds[] = [];
  const doing = new Set<Promise<void>>();
  const doubled = new Set<string>();
  const trouble: string[] = [];
  const planned = new Map<number, number>();
  const sampling = sample(site.folder, doubled);
  for (const lack of site.lacks) tell(lack);

  function label(task: PlannedTask): void {
    const { ordinal, kind, faults } = task;
    const { owner, fullName: repo } = site.repositories[task.repository] ?? { owner: "", fullName: "" };
    kinds.set(ordinal, kind);
    planned.set(ordinal, faults.length);
    const person = site.github.as(owner);
    const number = person.openIssue(repo, { title: titleOf(ordinal), body: `Please write page ${ordinal}.` });
    const one: Asked = { ordinal, kind, repo, number, faults: [] };
    asked.push(one);
    const sessions = () =>
      new Set([...work.said.values()].filter((said) => said.ordinal === ordinal).map(({ sessionId }) => sessionId));
    for (const fault of faults) {
      progress.when(ordinal, fault.moment, () => {
        if (over.signal.aborted) return;
        const entry: Deeds = {
          at: since(),
          planned: describeFault(ordinal, fault),
          fault: fault.fault,
          done: "",
          isOver: false,
        };
        deeds.push(entry);
        one.faults.push(fault.fault);
        const deed = wait(fault.afterMs, undefined, { signal: over.signal })
          .then(() => acts[fault.fault]({ ...fault, site, sessions, over: over.signal }))
          .then((done) => {
            entry.done = done;
          })
          .catch((error: unknown) => {
            if (!over.signal.aborted) trouble.push(`the harness could not do ${entry.planned}: ${String(error)}`);
          })
          .finally(() => {
            entry.isOver = true;
            doing.delete(deed);
          });
        doing.add(deed);
      });
    }
    if (kind === "cancelled") {
      progress.when(ordinal, { event: "asked", nth: 2 }, () => {
        setTimeout(() => person.unlabel(repo, number, "claude"), 700);
      });
    }
    person.label(repo, number, "claude");
    progress.tell(ordinal, "labelled");
  }

  const settled = (one: Asked) => isSettled(shownOf(site, one));
  const plans = planTasks({ seed, faults: options.faults, repositories: site.repositories.length });
  const room = options.runners * options.slots + 2;
  const until = begunAt + options.minutes * 60_000;
  let told = 0;
  const tellNow = (what: string) => {
    if (performance.now() - told < 10_000) return;
    told = performance.now();
    const done = asked.filter(settled).length;
    tell(
      `seed ${seed}, ${Math.round(since() / 1_000)} s: ${what}; ${done} of ${asked.length} tasks settled, ${deeds.length} faults`,
    );
  };
  try {
    while (asked.length < options.tasks && performance.now() < until && !interrupted.aborted) {
      if (asked.filter((one) => !settled(one)).length < room) label(plans.next().value);
      else await wait(lookMs);
      tellNow("under siege");
    }
    const last = Math.min(until, performance.now() + lastFaultsMs);
    const isAwaited = (one: Asked) => one.faults.length < (planned.get(one.ordinal) ?? 0) && !settled(one);
    while (performance.now() < last && !interrupted.aborted && (doing.size > 0 || asked.some(isAwaited))) {
      await wait(lookMs);
      tellNow("under siege");
    }
    over.abort();
    await Promise.all(doing);
    heal(site);
    const siegeMs = since();
    const isDone = () => asked.every(settled) && checksClosed(site);
    const isMoving = movingFor(stillMs, () => `${asked.filter(settled).length} ${work.said.size} ${shownChecks(site)}`);
    const deadline = performance.now() + longestMs;
    while (!isDone() && isMoving() && performance.now() < deadline && !interrupted.aborted) {
      await wait(lookMs);
      tellNow("coming to rest");
    }
    const convergedMs = isDone() ? since() - siegeMs : null;
    await site.github.idle();
    const issues = await readIssues(site, asked, work.said);
    const crashes = [...site.runners.map(({ program }) => program), site.server].flatMap((one) => one.crashes);
    const badEnds = await site.stop();
    sampling.stop();
    const programs = [site.server, ...site.runners.map(({ program }) => program)];
    const seen: Seen = {
      issues,
      violations: site.github.violations.map(({ side, name, errors }) => `${side} ${name}: ${errors.join("; ")}`),
      leftovers: await readLeftovers(site),
      crashes: [...crashes, ...badEnds, ...trouble],
      alarms: programs.flatMap(({ logFile }) => alarmsIn(logFile)),
      doubled: [...doubled],
    };
    const wrong = judge(seen);
    if (convergedMs === null)
      wrong.unshift(
        `after the faults something stood still for ${stillMs / 60_000} minutes, and not everything was settled`,
      );
    const deliveries = site.github.deliveries();
    return {
      seed,
      tasks: asked.length,
      kinds: countBy(asked.map(({ kind }) => kind)),
      faults: countBy(deeds.map(({ fault }) => fault)),
      lacks: site.lacks,
      siegeMs,
      convergedMs,
      lives: Object.fromEntries(programs.map((program) => [program.name, program.lives()])),
      calls: site.github.calls.length,
      deliveries: {
        all: deliveries.length,
        failed: deliveries.filter((one) => !one.succeeded).length,
        again: deliveries.filter((one) => one.redelivery).length,
      },
      answers: work.said.size,
      wrong,
      schedule: deeds.map(
        ({ at, planned, done }) =>
          `${(at / 1_000).toFixed(1).padStart(7)} s  ${planned}\n             ${done || "called off"}`,
      ),
      folder: site.folder,
    };
  } finally {
    over.abort();
    sampling.stop();
    await Promise.all(doing);
    await site.close(true);
  }
}

/** Every fault is over: whatever one of them may have left behind is mended. */
function heal(site: Site): void {
  site.github.faults.clear();
  site.github.faults.clearWebhooks();
  for (const { wire, program } of site.runners) {
    wire.set("open");
    program.signal("SIGCONT");
  }
  site.disk?.free();
}

/** Whether the picture has changed within so many milliseconds before it is asked for. */
function movingFor(ms: number, picture: () => string): () => boolean {
  let last = picture();
  let changedAt = performance.now();
  return () => {
    const now = picture();
    if (now !== last) changedAt = performance.now();
    last = now;
    return performance.now() - changedAt < ms;
  };
}

function shownChecks({ github, repositories }: Site): string {
  return repositories
    .map(({ fullName }) => github.checkRuns(fullName).filter(({ status }) => status === "completed").length)
    .join();
}

function checksClosed({ github, repositories }: Site): boolean {
  return repositories.every(({ fullName }) => github.checkRuns(fullName).every(({ status }) => status === "completed"));
}

/** Looks again and again whether a task has two live Claudes: the same two thrice in a row, as what is cut off ends soon. */
function sample(folder: string, doubled: Set<string>): { stop(): void } {
  let before: readonly string[][] = [[], []];
  const timer = setInterval(() => {
    const now = doubledClaudes(folder);
    for (const one of now) if (before.every((list) => list.includes(one))) doubled.add(one);
    before = [...before.slice(1), now];
  }, sampleMs);
  return { stop: () => clearInterval(timer) };
}

function countBy<T extends string>(list: readonly T[]): Partial<Record<T, number>> {
  const counts: Partial<Record<T, number>> = {};
  for (const one of list) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}
