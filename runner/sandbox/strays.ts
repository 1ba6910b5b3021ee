import { readFileSync, readlinkSync } from "node:fs";
import { sep } from "node:path";
import { listProcesses } from "./processes.ts";
import type { Seen } from "./sweep.ts";

/**
 * Daemons that an unsandboxed agent left behind: orphans in a session of their own, without a terminal, that work in
 * the instance's own folder and began after it did. The last net, for those that dropped the run's mark and their
 * ancestry at once (double fork, setsid, `env -i`: F46). A person's shell there has a terminal; the runner's git has
 * a parent, or, where the runner is process 1 of a container, that parent's session.
 */
export function straysIn(folder: string, since: string): Seen[] {
  if (process.platform !== "linux") return [];
  const processes = listProcesses();
  const sessions = new Map(processes.map((found) => [found.pid, found.session]));
  return processes.filter(
    (found) =>
      !found.hasTerminal &&
      Number(found.startTime) >= Number(since) &&
      isOrphan(found.parent) &&
      found.session !== sessions.get(found.parent) &&
      isWithin(folder, link(`/proc/${found.pid}/cwd`)),
  );
}

/** Orphans are handed to process 1, or to a user's systemd. */
function isOrphan(parent: number): boolean {
  return parent === 1 || name(parent) === "systemd";
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Gone, or another user's.
    return "";
  }
}

function name(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "";
  }
}
