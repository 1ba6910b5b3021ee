import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { RunOffer } from "#protocol/run.ts";
import { readIfThere } from "./read-if-there.ts";
import { writeWhole } from "./write-whole.ts";

/** What this runner has taken on and not finished: one folder for each claimed run, which outlives the runner. */
export type JournalEntry = { offer: RunOffer; folder: string };

export type Journal = {
  /** Writes the offer down before anything is done about it. @returns the run's folder */
  begin(offer: RunOffer): JournalEntry;
  /** What was begun and not finished, and the folders of what cannot be read any more. */
  unfinished(): { entries: JournalEntry[]; unreadable: string[] };
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
      const entries: JournalEntry[] = [];
      const unreadable: string[] = [];
      for (const folder of readdirSync(root).map((name) => join(root, name))) {
        const text = readIfThere(join(folder, "offer.json"));
        const offer = text === null ? null : readOffer(text);
        if (offer !== null) entries.push({ offer, folder });
        // A folder whose offer was never written: nothing was begun there.
        else if (text === null) rmSync(folder, { recursive: true, force: true });
        else unreadable.push(setAside(home, folder));
      }
      return { entries, unreadable };
    },
    finish(entry) {
      rmSync(entry.folder, { recursive: true, force: true });
    },
  };
}

/** What is not finished, for whoever only looks on while a runner may be writing: changes nothing. */
export function readJournal(home: string): JournalEntry[] {
  const root = join(home, "runs");
  if (!existsSync(root)) return [];
  return readdirSync(root).flatMap((name) => {
    const folder = join(root, name);
    const text = readIfThere(join(folder, "offer.json"));
    const offer = text === null ? null : readOffer(text);
    return offer === null ? [] : [{ offer, folder }];
  });
}

/** Null for what is no offer of this version of the runner. */
function readOffer(text: string): RunOffer | null {
  try {
    const offer = RunOffer.safeParse(JSON.parse(text));
    return offer.success ? offer.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Moves a run's folder to where nothing reads it, so that it stops no runner from starting. @returns where it is now */
function setAside(home: string, folder: string): string {
  const bin = join(home, "unreadable-runs");
  mkdirSync(bin, { recursive: true, mode: 0o700 });
  const aside = join(bin, `${basename(folder)}-${Date.now()}`);
  renameSync(folder, aside);
  return aside;
}
