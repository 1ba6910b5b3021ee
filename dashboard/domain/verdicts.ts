import type { Task } from "#protocol/task.ts";
import type { Check, Review, Verdicts } from "#protocol/verdicts.ts";
import type { Tone } from "./looks.ts";

/** How the checks of others stand on the head of the pull request. */
export type Ci = { failed: number; pending: number; passed: number; skipped: number; tone: Tone; sentence: string };

/** What is said of the pull request's present commit; null where there is none, or nothing was said. */
export function verdictsOf(task: Pick<Task, "pullRequest" | "verdicts">): Verdicts | null {
  return task.pullRequest === null ? null : (task.verdicts ?? null);
}

/** Null where no check of others is known. */
export function ciOf(task: Pick<Task, "pullRequest" | "verdicts">): Ci | null {
  const checks = verdictsOf(task)?.checks ?? [];
  if (checks.length === 0) return null;
  const count = (state: Check["state"]) => checks.filter((check) => check.state === state).length;
  const counts = {
    failed: count("failed"),
    pending: count("pending"),
    passed: count("passed"),
    skipped: count("skipped"),
  };
  return { ...counts, tone: toneOf(counts), sentence: sentenceOf(counts, checks.length) };
}

function toneOf({ failed, pending }: Pick<Ci, "failed" | "pending">): Tone {
  if (failed > 0) return "bad";
  return pending > 0 ? "working" : "good";
}

function sentenceOf({ failed, pending, passed }: Pick<Ci, "failed" | "pending" | "passed">, all: number): string {
  const of = (count: number) => `${count} of ${all} ${all === 1 ? "check" : "checks"}`;
  if (failed > 0) return `${of(failed)} failed`;
  if (pending > 0) return `${of(pending)} under way`;
  return passed === all ? (all === 1 ? "The check passed" : `All ${all} checks passed`) : `${of(passed)} passed`;
}

export const checkLooks = {
  failed: { word: "failed", tone: "bad" },
  pending: { word: "under way", tone: "working" },
  passed: { word: "passed", tone: "good" },
  skipped: { word: "skipped", tone: "neutral" },
} as const satisfies Record<Check["state"], { word: string; tone: Tone }>;

const order = ["failed", "pending", "passed", "skipped"] as const;

/** What needs a look comes first. */
export function inNeed(checks: readonly Check[]): Check[] {
  return checks.toSorted((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
}

export const reviewLooks = {
  approved: { word: "approved", tone: "good" },
  changes_requested: { word: "asked for changes", tone: "bad" },
  commented: { word: "commented", tone: "neutral" },
  dismissed: { word: "was dismissed", tone: "neutral" },
} as const satisfies Record<Review["state"], { word: string; tone: Tone }>;
