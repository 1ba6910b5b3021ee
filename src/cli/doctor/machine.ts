import { statfsSync, statSync } from "node:fs";
import { freemem } from "node:os";
import { dirname } from "node:path";
import { detectSandbox } from "../programs/here.ts";
import type { Check } from "./check.ts";

const gigabyte = 1024 ** 3;
/** One Claude Code with a build beside it; less makes the machine swap or the kernel choose a victim. */
const enoughMemory = 1 * gigabyte;
/** A clone, a worktree and its dependencies. */
const enoughDisk = 5 * gigabyte;

/** The sandbox, the folder of state, memory and disk. */
export async function checkMachine(home: string): Promise<Check[]> {
  return [checkSandbox(await detectSandbox()), checkState(home), checkMemory(freemem()), checkDisk(freeDisk(home))];
}

function checkSandbox(kind: "bubblewrap" | "unshare" | "none"): Check {
  const name = "sandbox";
  if (kind === "bubblewrap") return { name, verdict: "good", found: kind };
  const advice =
    "Install bubblewrap (apt install bubblewrap), so that runs see no more of this machine than they need.";
  if (kind === "unshare")
    return { name, verdict: "note", found: "unshare: processes are apart, files are not", advice };
  return { name, verdict: "note", found: "none: runs can do whatever this user can", advice };
}

/** That it is not as it should be is told as a problem of the configuration. */
function checkState(home: string): Check {
  const facts = statSync(home, { throwIfNoEntry: false });
  const found = facts === undefined ? `${home} (made at the first start)` : `${home}, for you alone`;
  return { name: "state", verdict: "good", found };
}

function checkMemory(free: number): Check {
  const name = "memory";
  if (free >= enoughMemory) return { name, verdict: "good", found: `${inGigabytes(free)} free` };
  const advice = "Close something, or run fewer instances at a time with --slots 1.";
  return { name, verdict: "note", found: `only ${inGigabytes(free)} free`, advice };
}

function checkDisk(free: number): Check {
  const name = "disk";
  if (free >= enoughDisk) return { name, verdict: "good", found: `${inGigabytes(free)} free` };
  const advice = "Make room, or put the state on another disk with CC_ORCHESTRATOR_HOME.";
  return { name, verdict: free < gigabyte ? "missing" : "note", found: `only ${inGigabytes(free)} free`, advice };
}

/** Of the disk that the folder lies on, or will lie on. */
function freeDisk(folder: string): number {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return freeDisk(dirname(folder));
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function inGigabytes(bytes: number): string {
  return `${(bytes / gigabyte).toFixed(1)} GB`;
}
