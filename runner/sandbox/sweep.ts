import { setTimeout as pause } from "node:timers/promises";
import { BELOW, RUN_VARIABLE } from "./plan.ts";
import { listProcesses, processesWithEnvironment, readProcess } from "./processes.ts";
import { treeOf } from "./tree.ts";

/** A process for certain: a pid alone may have been given to another one since. */
export interface Seen {
  pid: number;
  startTime: string;
}

/** Null when there is no such process (any more). */
export function see(pid: number): Seen | null {
  const found = readProcess(pid);
  return found === null ? null : { pid, startTime: found.startTime };
}

/**
 * The living processes of a run: those that bear its mark, and the known ones with everything below them, which may
 * have dropped the mark. Never this process itself.
 */
export function processesOf(run: string, known: readonly (Seen | null)[]): Seen[] {
  const processes = listProcesses();
  const byPid = new Map(processes.map((found) => [found.pid, found]));
  const pids = new Set(processesWithEnvironment(RUN_VARIABLE, run));
  for (const one of known) {
    if (one === null || byPid.get(one.pid)?.startTime !== one.startTime) continue;
    for (const found of treeOf(one.pid, processes)) pids.add(found.pid);
  }
  pids.delete(process.pid);
  return [...pids].flatMap((pid) => byPid.get(pid) ?? []).map(({ pid, startTime }) => ({ pid, startTime }));
}

/**
 * Kills whatever a run has left on this machine, its commands included, for at most `timeoutMs`. For recovery, when
 * nothing of the run should be alive any more; an instance is stopped through its terminal.
 * @returns what is still alive
 */
export function sweepRun(run: string, timeoutMs: number): Promise<Seen[]> {
  return sweep(() => {
    const pids = new Set(processesWithEnvironment(RUN_VARIABLE, run, BELOW));
    pids.delete(process.pid);
    return [...pids].flatMap((pid) => readProcess(pid) ?? []);
  }, timeoutMs);
}

/**
 * Kills the repository's own commands that a killed runner has left of a run; the run's instance goes on.
 * @returns what is still alive
 */
export function sweepCommands(run: string, timeoutMs: number): Promise<Seen[]> {
  return sweep(
    () => processesWithEnvironment(RUN_VARIABLE, `${run}${BELOW}`, "").flatMap((pid) => readProcess(pid) ?? []),
    timeoutMs,
  );
}

/**
 * Kills everything that `find` still finds, until it finds nothing, for at most `timeoutMs`. Each round first stops
 * what it found and looks again, so that nothing can fork away between the look and the kill (F48).
 * @returns what is still alive; empty unless the kernel would not let go of something
 */
export async function sweep(find: () => Seen[], timeoutMs: number): Promise<Seen[]> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const frozen = new Map<number, Seen>();
    for (let fresh = find(); fresh.length > 0; fresh = find().filter(({ pid }) => !frozen.has(pid))) {
      for (const found of fresh) {
        frozen.set(found.pid, found);
        signal(found, "SIGSTOP");
      }
      if (performance.now() > deadline) break;
    }
    if (frozen.size === 0) return [];
    for (const found of frozen.values()) signal(found, "SIGKILL");
    await pause(5);
    const left = find();
    if (left.length === 0 || performance.now() > deadline) return left;
  }
}

/** Signals exactly that process: a pid that has been given to another one since is left alone. @returns whether it was there */
export function signal({ pid, startTime }: Seen, name: NodeJS.Signals): boolean {
  if (readProcess(pid)?.startTime !== startTime) return false;
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
