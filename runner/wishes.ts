import type { TerminalWish } from "#protocol/runner.ts";
import { openTold, type Told, type ToldOfRun } from "./told.ts";

/** What people want of one run's terminal. */
export type RunWishes = ToldOfRun<TerminalWish>;
/** What people want of the terminals of this runner's runs. */
export type Wishes = Told<TerminalWish>;

export function openWishes(): Wishes {
  return openTold((one, other) => one.at === other.at && one.want === other.want);
}
