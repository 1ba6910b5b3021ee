/** What a job leaves for the next one of the same issue: the database, and Claude's conversation. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Files, filesBelow, writeBelow } from "../state/archive.ts";

/** A conversation of hundreds of turns has a few megabytes; what is beyond this would make every job slow. */
const mostBytesOfFile = 64 * 1024 ** 2;
const database = "server/state.db";

export type Folders = { plane: string; runner: string };

/** Reads what is to be kept. @param backup writes the database as it is now */
export async function filesToKeep(of: Folders, backup: (to: string) => Promise<void>): Promise<Files> {
  const copy = join(of.plane, `kept-${randomUUID()}.db`);
  await backup(copy);
  const files: Files = new Map([[database, await readFile(copy)]]);
  await rm(copy, { force: true });
  files.set("runner-folder", Buffer.from(of.runner));
  for (const task of await namesIn(join(of.runner, "tasks"))) {
    const sessions = join("tasks", task, "home", ".claude", "projects");
    const found = await filesBelow(join(of.runner, sessions), `runner/${sessions}/`, mostBytesOfFile);
    for (const [path, content] of found) files.set(path, content);
  }
  return files;
}

/** Puts it where this job works. */
export async function restoreFiles(of: Folders, files: Files): Promise<void> {
  await writeBelow(of.plane, "server/", files);
  await writeBelow(of.runner, "runner/", files);
  const before = files.get("runner-folder")?.toString();
  if (before !== undefined && before !== of.runner) await moveSessions(of.runner, before);
}

/**
 * Claude Code keeps a conversation under the name of the folder in which it was had, with everything but letters and digits
 * made a dash: on a machine with other folders it has another name.
 */
async function moveSessions(runner: string, before: string): Promise<void> {
  const spelled = (path: string) => path.replace(/[^A-Za-z0-9]/g, "-");
  for (const task of await namesIn(join(runner, "tasks"))) {
    const projects = join(runner, "tasks", task, "home", ".claude", "projects");
    for (const name of await namesIn(projects)) {
      if (!name.startsWith(spelled(before))) continue;
      const now = spelled(runner) + name.slice(spelled(before).length);
      if (!existsSync(join(projects, now))) await rename(join(projects, name), join(projects, now));
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return existsSync(folder) ? await readdir(folder) : [];
}
