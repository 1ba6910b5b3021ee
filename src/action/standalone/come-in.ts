import { setTimeout as pause } from "node:timers/promises";
import type { Delivery } from "#operations/ports/deliveries.ts";
import { type Turn, type Turns, turnMs } from "../state/turn.ts";
import { textOf } from "./entries.ts";

/** How often a request that was left to another job is looked after: nobody can tell. */
const lookMs = 3_000;
/** A job that is there has taken the request in, or said that it is there, long before that. */
const mostMs = turnMs + 60_000;

/** What came of the attempt; `isHeard`: what the request was about is in the turn already, and is not to be heard twice. */
export type CameIn = { turn: Turn; isHeard: boolean } | { heldBy: string };

/**
 * Gets the issue's turn; where another job has it, leaves the request to that one, and stays until it has taken it in. One
 * that was killed never does: its turn ends, and is ours.
 */
export async function comeIn(of: {
  turns: Turns;
  issue: number;
  delivery: Delivery | null;
  clock: () => number;
  pause?: (ms: number) => Promise<unknown>;
}): Promise<CameIn> {
  const { turns, issue, delivery, clock } = of;
  const first = await turns.take(issue);
  if (!("heldBy" in first)) return { turn: first, isHeard: false };
  if (delivery === null) return first;
  const entry = await turns.put(issue, { at: delivery.receivedAt, id: delivery.guid, text: textOf(delivery) });
  const until = clock() + mostMs;
  for (;;) {
    const turn = await turns.take(issue);
    // It waits in the inbox, and is heard from there.
    if (!("heldBy" in turn)) return { turn, isHeard: true };
    if (!(await turns.waits(entry)) || clock() > until) return turn;
    await (of.pause ?? pause)(lookMs);
  }
}
