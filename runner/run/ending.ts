import type { Reason, RunConclusion } from "#protocol/words.ts";

/** How a run ended, as its last report tells it. */
export type Ending = { conclusion: Exclude<RunConclusion, "lost">; reason?: Reason; summary: string };
