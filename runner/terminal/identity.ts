import { bootId, readProcess } from "#runner/sandbox/processes.ts";
import { readJson, terminalFiles, writeOnce } from "./files.ts";

/** Who carries an instance. A pid alone is worth nothing: it is given away again, at the latest after a reboot (F06). */
export interface Identity {
  /** The launcher, the program in the terminal. */
  pid: number;
  startTime: string;
  /** The process that the launcher started: the agent, or the sandbox around it. */
  root: { pid: number; startTime: string };
  bootId: string;
}

/** Records, once, who carries the instance of this folder. */
export function writeIdentity(folder: string, root: number): void {
  const identity: Identity = {
    pid: process.pid,
    startTime: readProcess(process.pid)?.startTime ?? "",
    root: { pid: root, startTime: readProcess(root)?.startTime ?? "" },
    bootId: bootId(),
  };
  writeOnce(terminalFiles(folder).pid, `${JSON.stringify(identity)}\n`);
}

/** Null before the launcher has started anything. */
export function readIdentity(folder: string): Identity | null {
  return readJson<Identity>(terminalFiles(folder).pid);
}

/** Whether what the launcher started is still alive, on this start of the machine. */
export function isRootAlive({ root, bootId: boot }: Identity): boolean {
  return boot === bootId() && readProcess(root.pid)?.startTime === root.startTime;
}

/** Whether that very launcher is still alive, on this start of the machine. */
export function isAlive(identity: Identity): boolean {
  return identity.bootId === bootId() && readProcess(identity.pid)?.startTime === identity.startTime;
}
