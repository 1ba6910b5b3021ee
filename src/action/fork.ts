import { readFileSync } from "node:fs";
import { z } from "zod";
import type { JobPlace } from "./job.ts";

const Pull = z.object({ head: z.object({ repo: z.object({ id: z.number() }).nullable() }) });
const Forked = z.object({ pull_request: Pull, repository: z.object({ id: z.number() }) });

/** Whether the event is about a pull request from another repository. */
export function comesOfFork(payload: unknown): boolean {
  const { success, data } = Forked.safeParse(payload);
  return success && data.pull_request.head.repo?.id !== data.repository.id;
}

/** The same, by the file of the event; false where that cannot be read. */
export function isOfFork({ event }: JobPlace): boolean {
  try {
    return comesOfFork(JSON.parse(readFileSync(event.path, "utf8")));
  } catch {
    // Whoever needs the event says what is wrong with it.
    return false;
  }
}
