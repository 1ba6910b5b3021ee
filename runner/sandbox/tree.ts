import type { Process } from "./process.ts";
import { hasArgument, listProcesses, readProcess } from "./processes.ts";
import { SETTING_UP } from "./unshare.ts";

/** What a process tree takes, its root included. */
export interface TreeUse {
  processes: number;
  rssBytes: number;
  cpuMs: number;
}

/** The root and everything below it, from one pass over the process table; empty when the root is gone. */
export function treeOf(root: number, processes: readonly Process[] = listProcesses()): Process[] {
  const children = Map.groupBy(processes, (process) => process.parent);
  const found = processes.filter((process) => process.pid === root);
  for (const process of found) found.push(...(children.get(process.pid) ?? []));
  return found;
}

/** Memory, processor time and number of processes for each root, from one pass for all of them. */
export function measureTrees(roots: readonly number[]): Map<number, TreeUse> {
  const processes = listProcesses();
  return new Map(roots.map((root) => [root, sum(treeOf(root, processes))]));
}

/** The init of a sandbox, process 1 of its namespace; null while there is none, or no longer. */
export function findInit(root: number, processes: readonly Process[] = listProcesses()): Process | null {
  return processes.find((process) => process.parent === root) ?? null;
}

/**
 * The agent below the process that the terminal started: that process itself without a sandbox, else the first child
 * of the namespace's init (sandbox command → init → agent, for bubblewrap and unshare alike). Null while it is not
 * there yet, or no longer.
 */
export function findAgent(root: number, sandboxed: boolean): number | null {
  if (!sandboxed) return readProcess(root)?.pid ?? null;
  const processes = listProcesses();
  const init = findInit(root, processes);
  if (init === null || hasArgument(init.pid, SETTING_UP)) return null;
  // Orphans end up below init too; the agent was there first, and pids may wrap, so the start decides.
  const children = processes.filter((process) => process.parent === init.pid);
  return children.sort((a, b) => Number(a.startTime) - Number(b.startTime) || a.pid - b.pid)[0]?.pid ?? null;
}

function sum(processes: readonly Process[]): TreeUse {
  const use: TreeUse = { processes: processes.length, rssBytes: 0, cpuMs: 0 };
  for (const process of processes) {
    use.rssBytes += process.rssBytes;
    use.cpuMs += process.cpuMs;
  }
  return use;
}
