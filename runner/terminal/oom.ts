import { readFileSync } from "node:fs";

/**
 * How many processes the kernel has killed for lack of memory: in this process's cgroup where it has one of its own,
 * else on the whole machine (cgroup v2 memory.events, /proc/vmstat). 0 where nothing counts them.
 */
export function outOfMemoryKills(): number {
  const group = /^0::(\/.+)$/m.exec(read("/proc/self/cgroup"))?.[1];
  const counted = group === undefined ? "" : read(`/sys/fs/cgroup${group}/memory.events`);
  return Number(/^oom_kill (\d+)$/m.exec(counted || read("/proc/vmstat"))?.[1] ?? 0);
}

/** Absent on macOS and in containers without /sys: then there is nothing to tell. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
