import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * A process, so named that a later one with the same number is not mistaken for it: number, start time and boot.
 */
export type ProcessIdentity = { pid: number; started: string; boot: string };

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, started: startOf(process.pid) ?? "", boot: bootId() };
}

/** Whether that very process still runs on this machine since the same boot. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.boot !== bootId()) return false;
  const started = startOf(identity.pid);
  return started !== null && started === identity.started;
}

let boot: string | undefined;

function bootId(): string {
  boot ??= readOr("/proc/sys/kernel/random/boot_id", () => commandOr(["sysctl", "-n", "kern.bootsessionuuid"], ""));
  return boot;
}

/** When the process started, in whatever words the system has for it; null when there is no such process. */
function startOf(pid: number): string | null {
  const stat = readOr(`/proc/${pid}/stat`, () => "");
  // The name in parentheses may hold spaces and parentheses; the start time is the 20th field behind it (proc(5)).
  if (stat !== "") return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  if (process.platform === "linux") return null;
  return commandOr(["ps", "-o", "lstart=", "-p", String(pid)], "") || null;
}

function readOr(path: string, otherwise: () => string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    if (error instanceof Error && "code" in error) return otherwise();
    throw error;
  }
}

function commandOr([program = "", ...args]: string[], otherwise: string): string {
  try {
    return execFileSync(program, args, {
      encoding: "utf8",
      timeout: 5_000,
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch (error) {
    if (error instanceof Error) return otherwise;
    throw error;
  }
}
