import type { SaidToRun } from "#protocol/runner.ts";
import { openTold, type Told, type ToldOfRun } from "./told.ts";

/** What people say to one run's session. */
export type RunWords = ToldOfRun<SaidToRun>;
/** What people say to the sessions of this runner's runs. */
export type Words = Told<SaidToRun>;

export function openWords(): Words {
  return openTold((one, other) => one.message === other.message);
}
