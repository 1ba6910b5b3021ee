/** Claude Code's own record of a session: `projects/<working folder>/<session id>.jsonl` in its configuration folder. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { namesIn } from "#runner/names-in.ts";

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

/** All that Claude Code has kept of the session on this machine; empty where it has nothing. */
export async function textOfSession(configDir: string, sessionId: string): Promise<string> {
  const file = await sessionFile(configDir, sessionId);
  return file === null ? "" : await readFile(file, "utf8");
}

/** Whether the session's tool call was put off and has had no result: a resume goes on with it by itself. */
export async function waitsForResult(configDir: string, sessionId: string, toolUseId: string): Promise<boolean> {
  const lines = (await textOfSession(configDir, sessionId)).split("\n").filter((line) => line.includes(toolUseId));
  const isResult = (line: string) =>
    line.includes(`"tool_use_id":${JSON.stringify(toolUseId)}`) && line.includes('"tool_result"');
  return lines.length > 0 && !lines.some(isResult);
}
