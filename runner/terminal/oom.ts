import { readFileSync, writeFileSync } from "node:fs";

/**
 * How many processes the kernel has killed for lack of memory: in this process's cgroup where it has one of its own,
 * else on the whole machine (cgroup v2 memory.events, /proc/vmstat). 0 where nothing counts them.
 */
export function outOfMemoryKills(): number {
  const group = /^0::(\/.+)$/m.exec(read("/proc/self/cgroup"))?.[1];
  const counted = group === undefined ? "" : read(`/sys/fs/cgroup${group}/memory.events`);
  return Number(/^oom_kill (\d+)$/m.exec(counted || read("/proc/vmstat"))?.[1] ?? 0);
}

/**
 * Runs `start` so that what it starts is what the kernel kills first when memory runs out, before the tmux server, the
 * launcher and the runner, which other instances need too. Raising and taking back needs no privilege (proc_pid_oom_score_adj(5)).
 */
export function startExpendable<T>(start: () => T): T {
  const before = read(SCORE);
  const isRaised = before !== "" && Number(before) < EXPENDABLE && write(SCORE, String(EXPENDABLE));
  try {
    return start();
  } finally {
    if (isRaised) write(SCORE, before.trim());
  }
}

const SCORE = "/proc/self/oom_score_adj";
/** Of -1000 to 1000; half the machine's memory counts on top of what the process really uses. */
const EXPENDABLE = 500;

function write(path: string, text: string): boolean {
  try {
    writeFileSync(path, text);
    return true;
  } catch {
    // Some containers mount it read-only. Then the kernel chooses by size, as it would have.
    return false;
  }
}

/** Absent on macOS and in containers without /sys: then there is nothing to tell. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
