import type { Verdicts as Told } from "#protocol/verdicts.ts";

/** What others say of the tasks' pull requests. */
export interface Verdicts {
  of(taskId: number): Told | null;
  put(taskId: number, verdicts: Told): void;
}
