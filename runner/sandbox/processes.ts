import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { Process } from "./process.ts";
import { environmentsWithPs, listWithPs } from "./ps.ts";

const hasProc = process.platform === "linux";
/** The kernel's USER_HZ: 100 on every Linux that Node runs on (proc(5), sysconf(_SC_CLK_TCK)). */
const TICK_MS = 10;

/** Reads one process; null when it does not exist or is a zombie (dead, only not yet waited for). */
export function readProcess(pid: number): Process | null {
  if (!hasProc) return listWithPs(["-p", String(pid)])[0] ?? null;
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // Field 2, the name, may hold spaces and parentheses: everything is counted from the last one.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const field = (number: number) => Number(fields[number - 3] ?? 0);
  if (fields[0] === "Z" || fields[0] === "X") return null;
  return {
    pid,
    parent: field(4),
    session: field(6),
    startTime: fields[22 - 3] ?? "",
    rssBytes: field(24) * pageBytes(),
    cpuMs: (field(14) + field(15)) * TICK_MS,
    hasTerminal: field(7) !== 0,
  };
}

/** Every living process, in one pass over /proc (on macOS one call of `ps`). */
export function listProcesses(): Process[] {
  if (!hasProc) return listWithPs(["-ax"]);
  const found: Process[] = [];
  for (const pid of pids()) {
    const process = readProcess(pid);
    if (process !== null) found.push(process);
  }
  return found;
}

/** The pids whose environment, as it was at their start, has `name` with exactly this value or one that goes on with `below`. */
export function processesWithEnvironment(name: string, value: string, below?: string): number[] {
  const wanted = `${name}=${value}`;
  const has = (text: string, separator: string) =>
    text.includes(separator + wanted + separator) || (below !== undefined && text.includes(separator + wanted + below));
  if (!hasProc) {
    const rows = environmentsWithPs();
    return rows.filter((row) => has(` ${row} `, " ")).map((row) => Number.parseInt(row, 10));
  }
  return pids().filter((pid) => {
    const environment = readIfThere(`/proc/${pid}/environ`);
    return environment !== null && has(`\0${environment}\0`, "\0");
  });
}

/** Whether one of the process's arguments is exactly this. Linux only, like the sandboxes that need it. */
export function hasArgument(pid: number, argument: string): boolean {
  return readIfThere(`/proc/${pid}/cmdline`)?.split("\0").includes(argument) ?? false;
}

/** Identifies this start of the machine, so that a pid written before a reboot is never trusted after it (F06). */
export function bootId(): string {
  knownBootId ??= hasProc
    ? readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
    : execFileSync("sysctl", ["-n", "kern.bootsessionuuid"], { encoding: "utf8" }).trim();
  return knownBootId;
}
let knownBootId: string | undefined;

function pids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

/** A process may end between two reads, and other people's may not be read: both are "not there". */
function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

let knownPageBytes: number | undefined;
function pageBytes(): number {
  knownPageBytes ??= Number(execFileSync("getconf", ["PAGESIZE"], { encoding: "utf8" }));
  return knownPageBytes;
}
