import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { RunOffer } from "#protocol/run.ts";
import { writeWhole } from "./write-whole.ts";

/** What this runner has taken on and not finished: one folder for each claimed run, which outlives the runner. */
export type JournalEntry = { offer: RunOffer; folder: string };

export type Journal = {
  /** Writes the offer down before anything is done about it. @returns the run's folder */
  begin(offer: RunOffer): JournalEntry;
  unfinished(): JournalEntry[];
  finish(entry: JournalEntry): void;
};

/** @param home the runner's folder */
export function openJournal(home: string): Journal {
  const root = join(home, "runs");
  mkdirSync(root, { recursive: true, mode: 0o700 });
  return {
    begin(offer) {
      const folder = join(root, `${offer.runId}-${offer.epoch}`);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeWhole(join(folder, "offer.json"), JSON.stringify(offer));
      return { offer, folder };
    },
    unfinished() {
      return readdirSync(root).flatMap((name) => {
        const entry = readEntry(join(root, name));
        return entry === null ? [] : [entry];
      });
    },
    finish(entry) {
      rmSync(entry.folder, { recursive: true, force: true });
    },
  };
}

/** Null for a folder whose offer was never written whole: nothing was begun there. */
function readEntry(folder: string): JournalEntry | null {
  try {
    return { offer: RunOffer.parse(JSON.parse(readFileSync(join(folder, "offer.json"), "utf8"))), folder };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new Error(`${join(folder, "offer.json")} is damaged: move the folder away and start again.`, {
      cause: error,
    });
  }
}
