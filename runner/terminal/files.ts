import { closeSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** The files of one instance's folder. */
export function terminalFiles(folder: string) {
  return {
    launch: join(folder, "launch.json"),
    pid: join(folder, "pid.json"),
    exit: join(folder, "exit.json"),
    stop: join(folder, "stop.json"),
    output: join(folder, "out.jsonl"),
    errors: join(folder, "err.log"),
    inbox: join(folder, "in"),
    done: join(folder, "in", "done"),
    end: join(folder, "in", "end"),
  };
}

/**
 * Writes a file whole and durably, unless there is one already: whoever comes second changes nothing.
 * @returns whether this call wrote it
 */
export function writeOnce(path: string, text: string): boolean {
  const draft = join(dirname(path), `.${basename(path)}.${process.pid}.${performance.now()}`);
  const file = openSync(draft, "wx", 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    unlinkSync(draft);
  }
  syncFolder(dirname(path));
  return true;
}

/** The parsed content of a JSON file, null when there is no such file. Only for files that we wrote ourselves, whole. */
export function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Makes names that were created or renamed in the folder survive a power cut. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
