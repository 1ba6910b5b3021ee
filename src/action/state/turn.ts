/**
 * Jobs of one issue take turns. Who has the turn works on the issue's state; what happens meanwhile is put into the inbox
 * by the jobs that come, and they end. Who gives the turn back looks into the inbox once more, after that:
 *
 *     comes:   put into inbox → take the turn? no  → end        has it:   … → give back → look into inbox → take it again?
 *
 * Either the one who comes gets the turn, or whoever had it then gives it back after the inbox was filled, and finds it.
 */
import { z } from "zod";
import { type Files, pack, unpack } from "./archive.ts";
import { type Change, type Leaf, type Refs, refsRoot } from "./refs.ts";
import { type Keys, nameOfEntry, UnsealError } from "./sealed.ts";

/** A job that has not said for so long that it is there, is not; it says so every `renewMs`. */
export const turnMs = 4 * 60_000;
export const renewMs = 60_000;

const Note = z.object({
  /** Who has the turn, and until when unless it says so again. */
  holder: z.object({ job: z.string().max(200), until: z.number() }).nullable(),
  /** The task's pull request, so that it is found from there. */
  pull: z.int().positive().nullable(),
  savedAt: z.number(),
});
type Note = z.infer<typeof Note>;

/** Somebody else has the turn by now: nothing more may be written. */
export class TurnLostError extends Error {
  constructor() {
    super("Another job has taken this issue over, because this one was not heard for minutes.");
    this.name = "TurnLostError";
  }
}

export type Saved =
  | { kind: "none" }
  | { kind: "files"; files: Files }
  /** There is something, but not for us: another key, or somebody has changed it. */
  | { kind: "unreadable"; why: string; savedAt: number };

export type Turn = {
  /** What the last job left. */
  saved: Saved;
  /** Says that we are still there. @throws TurnLostError */
  renew(): Promise<void>;
  /** Keeps how far we are, and what of the inbox is in it. @throws TurnLostError */
  save(kept: Kept): Promise<void>;
  /** The last save, and the turn is somebody else's. @throws TurnLostError */
  giveBack(kept: Kept): Promise<void>;
  /** Gives the turn back with everything as it was kept last; nothing is left where nothing was kept. Whoever has it by now keeps it. */
  leave(): Promise<void>;
  /** The last of it: nothing is left behind. @param done what of the inbox was heard */
  giveUp(done: readonly Entry[]): Promise<void>;
};

/** `files` null leaves what is there as it is. */
export type Kept = { files: Files | null; pull: number | null; done: readonly Entry[] };

/** Something that waits in the inbox. */
export type Entry = { ref: string; sha: string; text: string };

export type Turns = {
  /** The issues of which something is kept, or for which something waits, each with its pull request where it has one. */
  issues(): Promise<Map<number, number | null>>;
  /** What was left, without taking the turn. */
  look(issue: number): Promise<Saved>;
  /** The turn, or who has it. */
  take(issue: number): Promise<Turn | { heldBy: string }>;
  /** @returns what it waits as */
  put(issue: number, entry: { at: number; id: string; text: string }): Promise<string>;
  /** Whether it still waits there: whoever has the turn takes it out when it is safe with them. */
  waits(entry: string): Promise<boolean>;
  /** The oldest first. What cannot be read has no text. */
  inbox(issue: number): Promise<Entry[]>;
};

const stateRef = (issue: number) => `${refsRoot}/tasks/issue-${issue}`;
const inboxOf = (issue: number) => `${refsRoot}/inbox/issue-${issue}/`;
const pullRef = (pull: number, issue: number) => `${refsRoot}/pulls/${pull}/issue-${issue}`;
const mostTries = 5;
/** GitHub takes larger ones, but a job would spend its time with them. */
const mostBytes = 40 * 1024 ** 2;

/**
 * @param of.keys null where there is no secret to seal with: turns are taken all the same, and nothing is kept
 * @param of.job what this job is called, the same in all of its attempts to do something
 */
export function openTurns(of: { refs: Refs; keys: Keys | null; job: string; clock: () => number }): Turns {
  const { refs, keys, job, clock } = of;

  async function take(issue: number): Promise<Turn | { heldBy: string }> {
    const ref = stateRef(issue);
    for (let tries = 0; tries < mostTries; tries += 1) {
      const leaf = await refs.read(ref);
      const note = noteOf(leaf);
      const { holder } = note;
      if (holder !== null && holder.job !== job && holder.until > clock()) return { heldBy: holder.job };
      const mine: Note = { ...note, holder: { job, until: clock() + turnMs } };
      const after = {
        note: JSON.stringify(mine),
        ...(leaf === null ? { content: Buffer.alloc(0) } : { sameAs: leaf }),
      };
      const changed = await refs.change([{ ref, before: leaf?.sha ?? null, after }]);
      const sha = changed?.get(ref) ?? null;
      if (sha === null) continue;
      const held: Leaf = { sha, note: after.note, content: leaf?.content ?? Buffer.alloc(0) };
      return turnOn(issue, held, await savedIn(issue, held));
    }
    return { heldBy: "another job" };
  }

  function turnOn(issue: number, first: Leaf, saved: Saved): Turn {
    const ref = stateRef(issue);
    let leaf = first;
    let last: Promise<unknown> = Promise.resolve();
    /** One after the other: each goes from where the one before has left the ref. */
    const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
      const next = last.then(work);
      last = next.catch(() => undefined);
      return next;
    };
    async function write(note: Note, content: Uint8Array | null, more: readonly Change[]): Promise<void> {
      const after = { note: JSON.stringify(note), ...(content === null ? { sameAs: leaf } : { content }) };
      const changed = await refs.change([{ ref, before: leaf.sha, after }, ...more]);
      const sha = changed?.get(ref) ?? null;
      if (sha === null) throw new TurnLostError();
      leaf = { sha, note: after.note, content: Buffer.from(content ?? leaf.content) };
    }
    async function keep(kept: Kept, holder: Note["holder"]): Promise<void> {
      const before = noteOf(leaf).pull;
      const { files } = kept;
      const pull = files === null ? before : kept.pull;
      const note: Note = { holder, pull, savedAt: files === null ? noteOf(leaf).savedAt : clock() };
      await write(note, files === null ? null : await sealed(issue, files), [
        ...kept.done.map((entry) => ({ ref: entry.ref, before: entry.sha, after: null })),
      ]);
      if (pull !== before) await point(issue, before, pull);
    }
    return {
      saved,
      renew: () => inTurn(() => write({ ...noteOf(leaf), holder: { job, until: clock() + turnMs } }, null, [])),
      save: (kept) => inTurn(() => keep(kept, { job, until: clock() + turnMs })),
      giveBack: (kept) => inTurn(() => keep(kept, null)),
      leave: () =>
        inTurn(async () => {
          const after =
            leaf.content.length === 0
              ? null
              : { note: JSON.stringify({ ...noteOf(leaf), holder: null }), sameAs: leaf };
          await refs.change([{ ref, before: leaf.sha, after }]);
        }),
      giveUp: (done) =>
        inTurn(async () => {
          const { pull } = noteOf(leaf);
          const heard = done.map((entry) => ({ ref: entry.ref, before: entry.sha, after: null }));
          if ((await refs.change([{ ref, before: leaf.sha, after: null }, ...heard])) === null)
            throw new TurnLostError();
          await point(issue, pull, null);
        }),
    };
  }

  /** Lets the issue be found from its pull request; whoever does not find it has only a longer way. */
  async function point(issue: number, before: number | null, now: number | null): Promise<void> {
    const known = await refs.list(`${refsRoot}/pulls/*/issue-${issue}`);
    const changes: Change[] = [];
    for (const [ref, sha] of known)
      if (now === null || ref !== pullRef(now, issue)) changes.push({ ref, before: sha, after: null });
    if (now !== null && !known.has(pullRef(now, issue)))
      changes.push({
        ref: pullRef(now, issue),
        before: null,
        after: { note: `issue ${issue}`, content: Buffer.alloc(0) },
      });
    if (changes.length > 0 && before !== now) await refs.change(changes);
  }

  async function sealed(issue: number, files: Files): Promise<Uint8Array> {
    if (keys === null) return Buffer.alloc(0);
    const all = keys.seal(await pack(files), stateRef(issue));
    if (all.length <= mostBytes) return all;
    // Without the conversation the task itself still goes on.
    const small = new Map(Array.from(files).filter(([path]) => path.startsWith("server/")));
    const rest = keys.seal(await pack(small), stateRef(issue));
    return rest.length <= mostBytes ? rest : Buffer.alloc(0);
  }

  async function savedIn(issue: number, leaf: Leaf | null): Promise<Saved> {
    if (leaf === null || leaf.content.length === 0) return { kind: "none" };
    const { content } = leaf;
    const unreadable = (why: string): Saved => ({ kind: "unreadable", why, savedAt: noteOf(leaf).savedAt });
    if (keys === null) return unreadable("This job has no key for it.");
    try {
      return { kind: "files", files: await unpack(keys.unseal(content, stateRef(issue))) };
    } catch (error) {
      return unreadable(error instanceof Error ? error.message : String(error));
    }
  }

  return {
    look: async (issue) => savedIn(issue, await refs.read(stateRef(issue))),
    take,
    async issues() {
      const found = new Map<number, number | null>();
      const refsThere = await refs.list(`${refsRoot}/tasks/*`, `${refsRoot}/inbox/*`, `${refsRoot}/pulls/*`);
      for (const ref of refsThere.keys()) {
        const issue = Number(/\/issue-(\d+)(?:\/|$)/.exec(ref)?.[1] ?? Number.NaN);
        if (!Number.isSafeInteger(issue)) continue;
        const pull = /\/pulls\/(\d+)\//.exec(ref)?.[1];
        found.set(issue, pull === undefined ? (found.get(issue) ?? null) : Number(pull));
      }
      return found;
    },
    async put(issue, { at, id, text }) {
      const ref = `${inboxOf(issue)}${nameOfEntry({ at, id })}`;
      const bytes = Buffer.from(text);
      const content = keys === null ? bytes : keys.seal(bytes, ref);
      // Refused only when it is there already: the same job has put it there before.
      await refs.change([{ ref, before: null, after: { note: "waits", content } }]);
      return ref;
    },
    waits: async (entry) => (await refs.list(entry)).has(entry),
    async inbox(issue) {
      const entries: Entry[] = [];
      const there = await refs.list(`${inboxOf(issue)}*`);
      for (const ref of [...there.keys()].sort()) {
        const leaf = await refs.read(ref);
        if (leaf !== null) entries.push({ ref, sha: leaf.sha, text: read(ref, leaf) });
      }
      return entries;
    },
  };

  function read(ref: string, leaf: Leaf): string {
    try {
      return (keys === null ? leaf.content : keys.unseal(leaf.content, ref)).toString("utf8");
    } catch (error) {
      if (error instanceof UnsealError) return "";
      throw error;
    }
  }
}

function noteOf(leaf: Leaf | null): Note {
  const nothing: Note = { holder: null, pull: null, savedAt: 0 };
  if (leaf === null) return nothing;
  try {
    return Note.parse(JSON.parse(leaf.note));
  } catch {
    // Not one of ours any more: whoever takes the turn writes a good one.
    return nothing;
  }
}
