import { computed, effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import type { LogLine } from "#protocol/report.ts";
import { isOpenFilter, type LineFilter, lineTest } from "../domain/line-filter.ts";
import { merged, type TaskLine } from "../domain/line-merge.ts";

/** The first `count` of these lines; the list itself grows in place, as a copy of a million takes its time. */
export type Shown = { lines: readonly TaskLine[]; count: number };

export type AllLogsStore = {
  /** What the filter lets through, oldest first. */
  shown: ReadonlySignal<Shown>;
  /** What is wrong with the pattern that is looked for; null when nothing is. */
  problem: ReadonlySignal<string | null>;
  total: ReadonlySignal<number>;
  /** While true, what is shown stays as it is; nothing is lost meanwhile. */
  paused: Signal<boolean>;
  /** How many lines came since it was paused. */
  waiting: ReadonlySignal<number>;
  /** The filter is tried on what is there already, a part at a time. */
  isFiltering: ReadonlySignal<boolean>;
  added(task: string, run: number | null, lines: readonly LogLine[]): void;
  /** Lines of the past, in any order; those that are there are left out. @returns how many are new */
  found(lines: readonly Omit<TaskLine, "key">[]): number;
};

/** Older lines than so many are let go, a tenth at a time. */
const mostLines = 1_000_000;
/** So many lines are tried before the page may draw again. */
const sliceLines = 20_000;

export function openAllLogs(
  filter: ReadonlySignal<LineFilter>,
  of: {
    runnerOf: (task: string, run: number | null) => string | null;
    minute: ReadonlySignal<number>;
    most?: number;
  },
): AllLogsStore {
  const most = of.most ?? mostLines;
  let kept: TaskLine[] = [];
  let matched: TaskLine[] = kept;
  let nextKey = 1;
  let pass = 0;
  const shown = signal<Shown>({ lines: kept, count: 0 });
  const total = signal(0);
  const waiting = signal(0);
  const paused = signal(false);
  const isFiltering = signal(false);
  const test = computed(() => {
    const { minutes } = filter.value;
    return lineTest(filter.value, of.runnerOf, minutes === null ? 0 : of.minute.value);
  });
  const isAll = computed(() => isOpenFilter(filter.value));

  const publish = () => {
    shown.value = { lines: matched, count: matched.length };
  };

  /** Tries the filter on everything, a slice at a time; what comes meanwhile is reached at the end. */
  const refilter = () => {
    pass += 1;
    const mine = pass;
    const isShown = test.value;
    const next: TaskLine[] = isAll.value ? kept : [];
    let at = isAll.value || typeof isShown === "string" ? kept.length : 0;
    const slice = () => {
      if (mine !== pass || typeof isShown === "string") return;
      const end = Math.min(kept.length, at + sliceLines);
      for (; at < end; at += 1) {
        const one = kept[at];
        if (one !== undefined && isShown(one)) next.push(one);
      }
      if (at < kept.length) return void setTimeout(slice, 0);
      done();
    };
    const done = () => {
      isFiltering.value = false;
      matched = next;
      waiting.value = 0;
      publish();
    };
    isFiltering.value = at + sliceLines < kept.length;
    if (at >= kept.length) done();
    else slice();
  };

  effect(() => {
    // What the lines' runners are changes all the time, and is looked up when a line is tried.
    if (test.value !== undefined && isAll.value !== undefined) untracked(refilter);
  });
  let wasPaused = false;
  effect(() => {
    const isPaused = paused.value;
    if (wasPaused && !isPaused) untracked(refilter);
    wasPaused = isPaused;
  });

  /** The oldest go: those that are shown stay in their places as far as they can. */
  const bound = () => {
    if (kept.length <= most) return;
    const dropped = kept.splice(0, kept.length - Math.floor(most * 0.9));
    const last = dropped.at(-1);
    if (matched === kept) {
      shown.value = { lines: kept, count: Math.max(0, shown.value.count - dropped.length) };
    } else if (last !== undefined) {
      const gone = new Set(dropped);
      matched = matched.filter((one) => !gone.has(one));
      shown.value = { lines: matched, count: Math.min(shown.value.count, matched.length) };
    }
  };

  return {
    shown,
    problem: computed(() => (typeof test.value === "string" ? test.value : null)),
    total,
    paused,
    waiting,
    isFiltering,
    added: (task, run, lines) => {
      const isShown = test.value;
      const passes = (one: TaskLine) => typeof isShown !== "string" && (isAll.value || isShown(one));
      let fresh = 0;
      for (const line of lines) {
        const one = { key: nextKey, task, run, line };
        nextKey += 1;
        kept.push(one);
        if (!passes(one)) continue;
        fresh += 1;
        if (matched !== kept && !paused.value && !isFiltering.value) matched.push(one);
      }
      bound();
      total.value = kept.length;
      if (paused.value) waiting.value += fresh;
      else if (fresh > 0 && !isFiltering.value) publish();
    },
    found: (lines) => {
      const before = kept.length;
      const keyed = lines.map((one) => ({ ...one, key: nextKey++ }));
      const next = merged(kept, keyed);
      if (next === null) return 0;
      kept = next;
      total.value = kept.length;
      refilter();
      return kept.length - before;
    },
  };
}
