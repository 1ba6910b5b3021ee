/** Claude Code's own record of a session: `projects/<working folder>/<session id>.jsonl` in its configuration folder. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * The session's file, or null when this machine has none: it never began, it began elsewhere, or its process was killed
 * before anything was written. A session is begun when there is none and resumed when there is one; either flag in the other
 * case is an error of Claude Code's.
 */
export async function sessionFile(configDir: string, sessionId: string): Promise<string | null> {
  const projects = join(configDir, "projects");
  for (const folder of await namesIn(projects)) {
    const name = `${sessionId}.jsonl`;
    if ((await namesIn(join(projects, folder))).includes(name)) return join(projects, folder, name);
  }
  return null;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}
