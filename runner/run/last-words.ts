import { join } from "node:path";
import { z } from "zod";
import { readIfThere } from "#runner/read-if-there.ts";
import { writeWhole } from "#runner/write-whole.ts";

const LastWords = z.object({ sessionId: z.string(), sentence: z.string().nullable() });

/**
 * Notes in the task's folder how a run of this session ended short of its goal, for the run that takes the session up;
 * null for one that ended well, of which nothing needs to be said.
 */
export function noteLastWords(taskFolder: string, of: { sessionId: string; sentence: string | null }): void {
  writeWhole(join(taskFolder, "last-run.json"), JSON.stringify(of));
}

/** How the last run of this session ended on this machine; null when none did, or not short of its goal. */
export function lastWordsOf(taskFolder: string, sessionId: string): string | null {
  const text = readIfThere(join(taskFolder, "last-run.json"));
  const words = text === null ? null : LastWords.safeParse(JSON.parse(text));
  return words?.success && words.data.sessionId === sessionId ? words.data.sentence : null;
}
