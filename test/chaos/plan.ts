import { randomFrom } from "#test/src/store/random.ts";
import type { FaultName } from "./faults.ts";

/** What becomes of a task when nothing goes wrong. */
export type Kind = "plain" | "repair" | "crash" | "red" | "nothing" | "cancelled";

/** A moment in a task's life: its label is put on, its nth question to the model, or the model's last words. */
export type Moment = { event: "labelled" | "asked" | "ended"; nth: number };

export type PlannedFault = {
  fault: FaultName;
  moment: Moment;
  /** After that moment, so that steps of which nobody is told are met too. */
  afterMs: number;
  lastsMs: number;
  /** For choices while it is carried out: which runner, which route. In [0, 1). */
  pick: number;
};

export type PlannedTask = {
  /** 1, 2, 3 …: what a task is called in the schedule. */
  ordinal: number;
  kind: Kind;
  /** Which repository, from 0. */
  repository: number;
  faults: PlannedFault[];
};

const kinds: readonly Kind[] = [
  ...(["plain", "plain", "plain", "plain", "plain", "plain", "repair", "repair"] as const),
  ...(["crash", "red", "nothing", "cancelled"] as const),
];

/**
 * What the adversary will do, task by task and without end: the same for the same seed, however long it takes and
 * however many of the tasks are begun. Faults are tied to moments of tasks, so that a replay meets the same steps.
 */
export function* planTasks(of: {
  seed: number;
  faults: readonly FaultName[];
  repositories: number;
}): Generator<PlannedTask, never> {
  const random = randomFrom(of.seed);
  const nextKind = deckOf(kinds, random);
  const nextFault = deckOf(of.faults, random);
  for (let ordinal = 1; ; ordinal += 1) {
    const kind = nextKind();
    const repository = Math.floor(random() * of.repositories);
    const count = of.faults.length === 0 ? 0 : 1 + Math.floor(random() * 2);
    const planned = Array.from({ length: count }, () => planFault(nextFault(), random));
    yield { ordinal, kind, repository, faults: planned };
  }
}

function planFault(fault: FaultName, random: () => number): PlannedFault {
  const moment = momentOf(fault, random());
  const afterMs = Math.floor(random() * (moment.event === "labelled" ? 2_500 : 1_500));
  return { fault, moment, afterMs, lastsMs: 1_000 + Math.floor(random() ** 2 * 14_000), pick: random() };
}

/** Webhooks tell of labels most of all; the rest is met anywhere. What needs a living Claude waits for one. */
function momentOf(fault: FaultName, roll: number): Moment {
  if (fault.startsWith("webhook-")) return { event: "labelled", nth: 0 };
  if (fault === "kill-claude" || fault === "worktree-gone") return { event: "asked", nth: 1 + Math.floor(roll * 3) };
  if (fault === "kill-git" || fault.startsWith("git-")) {
    return roll < 0.5 ? { event: "labelled", nth: 0 } : { event: "ended", nth: 1 };
  }
  if (roll < 0.25) return { event: "labelled", nth: 0 };
  return roll < 0.7 ? { event: "asked", nth: 1 + Math.floor(((roll - 0.25) / 0.45) * 3) } : { event: "ended", nth: 1 };
}

/** Draws from a shuffled deck, and shuffles anew when it is empty: rare cards come up as often as they are in it. */
function deckOf<T>(cards: readonly T[], random: () => number): () => T {
  let deck: T[] = [];
  return () => {
    if (deck.length === 0) deck = shuffled(cards, random);
    const card = deck.pop();
    if (card === undefined) throw new Error("there is nothing to draw from");
    return card;
  };
}

function shuffled<T>(cards: readonly T[], random: () => number): T[] {
  return cards
    .map((card) => ({ card, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ card }) => card);
}

/** `task 3, asked 2 +740 ms: kill-server` */
export function describeFault(ordinal: number, { fault, moment, afterMs, lastsMs }: PlannedFault): string {
  const when = moment.event === "labelled" ? "labelled" : `${moment.event} ${moment.nth}`;
  return `task ${ordinal}, ${when} +${afterMs} ms: ${fault} (up to ${lastsMs} ms)`;
}
