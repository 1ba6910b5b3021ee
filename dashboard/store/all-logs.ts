import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { LogLine } from "#protocol/report.ts";
import type { Call } from "../api/call.ts";
import { type LineFilter, lineTest } from "../domain/line-filter.ts";

/** A line with where it is from; `key` grows with each. */
export type TaskLine = { key: number; task: string; line: LogLine };

export type AllLogsStore = {
  /** What the filter lets through, oldest first. */
  shown: ReadonlySignal<readonly TaskLine[]>;
  /** What is wrong with the pattern that is looked for; null when nothing is. */
  problem: ReadonlySignal<string | null>;
  total: ReadonlySignal<number>;
  state: ReadonlySignal<"idle" | "loading" | "loaded">;
  /** While true, what is shown stays as it is; nothing is lost meanwhile. */
  paused: Signal<boolean>;
  /** How many lines came since it was paused. */
  waiting: ReadonlySignal<number>;
  /** The newest lines of these tasks, then everything that comes. */
  load(tasks: readonly string[]): Promise<void>;
  added(task: string, lines: readonly LogLine[]): void;
};

/** Older lines than this many are let go. */
const mostLines = 20_000;
const tailOfEach = 300;

export function openAllLogs(
  call: Call,
  filter: ReadonlySignal<LineFilter>,
  of: { runnerOf: (task: string) => string | null; minute: ReadonlySignal<number> },
): AllLogsStore {
  const all = signal<readonly TaskLine[]>([]);
  const state = signal<"idle" | "loading" | "loaded">("idle");
  const paused = signal(false);
  const pausedAt = signal(0);
  let nextKey = 1;
  const keyed = (task: string, lines: readonly LogLine[]) => lines.map((line) => ({ key: nextKey++, task, line }));
  const visibleNow = computed(() => (paused.value ? all.value.filter(({ key }) => key < pausedAt.value) : all.value));
  const test = computed(() => lineTest(filter.value, of.runnerOf, filter.value.minutes === null ? 0 : of.minute.value));
  return {
    shown: computed(() => {
      const isShown = test.value;
      return typeof isShown === "string" ? [] : visibleNow.value.filter((one) => isShown(one.task, one.line));
    }),
    problem: computed(() => (typeof test.value === "string" ? test.value : null)),
    total: computed(() => all.value.length),
    state,
    paused: pausing(paused, () => {
      pausedAt.value = nextKey;
    }),
    waiting: computed(() => (paused.value ? all.value.filter(({ key }) => key >= pausedAt.value).length : 0)),
    load: async (tasks) => {
      state.value = "loading";
      const before = new Set(all.value.map(identityOf));
      const found: { task: string; line: LogLine }[] = [];
      for (const task of tasks) {
        const { lines } = await call("taskLogs", { params: { task }, query: { tail: tailOfEach } });
        found.push(...lines.map((line) => ({ task, line })));
      }
      const fresh = found.filter((one) => !before.has(identityOf(one)));
      const streamed = all.value.filter((one) => !before.has(identityOf(one)));
      const known = new Set(streamed.map(identityOf));
      const merged = [...all.value, ...fresh.filter((one) => !known.has(identityOf(one)))];
      // Each task's own lines keep their order: sorting is stable, and a log is written in the order of its time.
      merged.sort((one, other) => one.line.at.localeCompare(other.line.at));
      all.value = merged.slice(-mostLines).map(({ task, line }) => ({ key: nextKey++, task, line }));
      state.value = "loaded";
    },
    added: (task, lines) => {
      all.value = [...all.value, ...keyed(task, lines)].slice(-mostLines);
    },
  };
}

function identityOf({ task, line }: { task: string; line: LogLine }): string {
  return `${task} ${line.at} ${line.kind} ${line.text}`;
}

/** The signal, with something to do whenever it becomes true. */
function pausing(paused: Signal<boolean>, onPause: () => void): Signal<boolean> {
  paused.subscribe((isPaused) => {
    if (isPaused) onPause();
  });
  return paused;
}
