import { createHash } from "node:crypto";

/** A message's id: the same whenever it is sent, and told from those of the run's own messages by its variant. */
export function wordsId(runId: number, message: number): string {
  const digest = createHash("sha256").update(`said ${runId}.${message}`).digest("hex");
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-b${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

/** Whether it is the id of what a person said. */
export function isWordsId(id: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-b/.test(id);
}
