import { readFileSync } from "node:fs";
import { measureTrees } from "#runner/sandbox/tree.ts";

/** What one instance may take before it is ended (S23). A coarse net: nothing stops it from taking more for a second. */
export interface Limits {
  /** Size of its output file (F44). */
  outputBytes: number;
  /** Processes alive at once (F45). */
  processes: number;
  /** Resident memory of all its processes together; null for no limit but the machine's (F47). */
  memoryBytes: number | null;
}

export type Exceeded = "output_limit" | "process_limit" | "memory_limit";

export const DEFAULT_LIMITS: Limits = { outputBytes: 4 * 1024 ** 3, processes: 4096, memoryBytes: null };

const CHECK_MS = 1_000;
/** Measuring the tree means looking at every process of the machine: not each second without cause. */
const MEASURE_EVERY = 2;
/** What takes this many times as much as it may gets no time to end in peace. */
const RUNAWAY = 2;

/**
 * Calls `exceed` once, with the first limit that is passed, and `runAway` once, when a limit is passed by far, then or
 * while the instance is being stopped.
 * @returns stops looking
 */
export function watchLimits(options: {
  limits: Limits;
  root: number;
  outputBytes: () => number;
  exceed: (limit: Exceeded) => void;
  runAway: () => void;
}): () => void {
  const { limits, root, outputBytes, exceed, runAway } = options;
  const threadsBefore = threadsOfMachine();
  let round = 0;
  let isExceeded = false;
  const timer = setInterval(() => {
    round += 1;
    const limit = passed(1);
    if (limit === null) return;
    if (!isExceeded) exceed(limit);
    isExceeded = true;
    if (passed(RUNAWAY) === null) return;
    clearInterval(timer);
    runAway();
  }, CHECK_MS);
  return () => clearInterval(timer);

  function passed(times: number): Exceeded | null {
    if (outputBytes() > limits.outputBytes * times) return "output_limit";
    const isCrowded = threadsOfMachine() - threadsBefore > limits.processes;
    if (!isCrowded && round % MEASURE_EVERY !== 0) return null;
    const use = measureTrees([root]).get(root);
    if (use === undefined) return null;
    if (use.processes > limits.processes * times) return "process_limit";
    return limits.memoryBytes !== null && use.rssBytes > limits.memoryBytes * times ? "memory_limit" : null;
  }
}

/** One small file in place of one for each process; 0 where there is none (proc_loadavg(5), fourth field). */
function threadsOfMachine(): number {
  if (process.platform !== "linux") return 0;
  return Number(/\/(\d+)/.exec(readFileSync("/proc/loadavg", "utf8"))?.[1] ?? 0);
}
