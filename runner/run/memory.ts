import { join } from "node:path";
import type { Asked } from "#protocol/question.ts";
import type { Problem } from "#protocol/report.ts";
import type { RunOffer } from "#protocol/run.ts";
import type { BranchUpdate } from "#runner/git/update-branch.ts";
import { readIfThere } from "#runner/read-if-there.ts";
import { writeWhole } from "#runner/write-whole.ts";
import type { Ending } from "./ending.ts";
import { type Spent, together } from "./spent.ts";

/** How the branch is to come up to date, as it was worked out once for the run. */
export type Update = BranchUpdate & { isApplied: boolean };

/** A verify command that failed, and the end of what it printed. */
export type Unverified = {
  command: string;
  output: string;
  sentence: string;
  problems?: Problem[];
  /** Files in which conflict markers are left: it was no command that failed. */
  conflicts?: string[];
};

/** A limit of the policy that an instance has come near to. */
export type Cap = "turns" | "usd" | "minutes";

/** What an instance's conversation begins with. */
export type Opening =
  /** The task's request, as the server wrote it. */
  | { kind: "request" }
  /** Nothing: the session goes on by itself with the answer to what it asked. */
  | { kind: "answered" }
  /** The instance before this one was lost in the midst of its work. */
  | { kind: "interrupted"; why: string }
  /** A person has worked in the session, and has given it back. */
  | { kind: "handed_back"; by: string }
  /** The instance before this one has used most of what the run may use. */
  | { kind: "wrap_up"; limit: string }
  /** The work of the instance before this one failed its verification. */
  | { kind: "repair"; failed: Unverified; round: number; rounds: number };

/** What a run must remember when the runner is replaced in its midst. */
export type Memory = {
  /** The branch that was chosen, and the commit that the work starts from; null until they are. */
  branch: string | null;
  baseSha: string | null;
  /** The commit that a new branch begins with; null until it was made, and where the branch was there already. */
  startSha: string | null;
  /** How the branch is brought up to date with its base; null where it is not. */
  update: Update | null;
  /** What is being pushed: written before, so that the remote can be asked afterwards whether it arrived. */
  pushing: string | null;
  /** Where the remote branch stands by our own push; null while it does not exist. */
  pushed: string | null;
  /** The set-up commands have succeeded. */
  isSetUp: boolean;
  /** The instance that the run is at, counted from 1, and what its conversation begins with. */
  instance: number;
  opening: Opening;
  /** Turns of that instance whose consequences are all done: pushed, verified, answered. */
  turnsHandled: number;
  /** How the newest turn's work was verified; null where it was not yet. */
  verified: { instance: number; turn: number; failed: Unverified | null } | null;
  /** Repairs that were asked for. */
  rounds: number;
  /** The limit for which Claude was told to wrap up; null while it was not. */
  wrapUp: Cap | null;
  /** The person who has the session; the present instance is then their screen. */
  takenOver: { by: string; at: number } | null;
  /** When the last one to have it had asked for it; 0 when nobody had. */
  tookOverAt: number;
  /** How often a new instance took up the session of one that was lost. */
  revivals: number;
  /** What earlier instances of the run have cost, and how many tokens they took and gave. */
  spentUsd: number;
  spentTokens: Pick<Spent, "inputTokens" | "outputTokens">;
  /** Milliseconds that the run has taken so far, as of the last time that they were written down. */
  ranMs: number;
  /** Where the work is saved while it is under way. */
  recovery: { ref: string; sha: string } | null;
  /** How the run ended, once that is decided: what remains is to clear up and to tell. */
  ending: Ending | null;
  /** What Claude asked: the run waits for the answer, and nothing remains but to tell that. */
  asked: Asked | null;
};

export type MemoryFile = { readonly now: Memory; keep(some: Partial<Memory>): void };

/** The same with what another instance has used. */
export function withSpent(now: Memory, spent: Spent): Pick<Memory, "spentUsd" | "spentTokens"> {
  const { usd, ...tokens } = together({ usd: now.spentUsd, ...now.spentTokens }, spent);
  return { spentUsd: usd, spentTokens: tokens };
}

/** @param folder the run's folder in the journal */
export function openMemory(folder: string, offer: Pick<RunOffer, "headSha" | "spentUsd" | "spentTokens">): MemoryFile {
  const path = join(folder, "memory.json");
  const text = readIfThere(path);
  let now: Memory = {
    branch: null,
    baseSha: null,
    startSha: null,
    update: null,
    pushing: null,
    pushed: offer.headSha,
    isSetUp: false,
    instance: 1,
    opening: { kind: "request" },
    turnsHandled: 0,
    verified: null,
    rounds: 0,
    wrapUp: null,
    takenOver: null,
    tookOverAt: 0,
    revivals: 0,
    spentUsd: offer.spentUsd ?? 0,
    spentTokens: offer.spentTokens ?? { inputTokens: 0, outputTokens: 0 },
    ranMs: 0,
    recovery: null,
    ending: null,
    asked: null,
    ...(text === null ? {} : JSON.parse(text)),
  };
  return {
    get now() {
      return now;
    },
    keep(some) {
      now = { ...now, ...some };
      writeWhole(path, JSON.stringify(now));
    },
  };
}
