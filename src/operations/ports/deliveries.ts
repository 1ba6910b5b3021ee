import type { Happening } from "#domain/happening.ts";

export type Delivery = {
  guid: string;
  hookId: string;
  event: string;
  action: string | null;
  receivedAt: number;
  /** Null where the event asks for nothing. */
  happening: Happening | null;
};

/** A delivery that waits to be worked; `id` is its place in order of arrival. */
export type PendingDelivery = Delivery & { id: number; tries: number };

export interface Deliveries {
  /** False when the GUID is known for this hook. */
  insert(delivery: Delivery): boolean;
  /** Whether a delivery with this GUID has come in, by whatever hook. */
  isKnown(guid: string): boolean;
  nextPending(now: number): PendingDelivery | null;
  /** When the oldest pending comment under the same issue or pull request that came before this delivery is due. */
  earlierComment(id: number, place: { repositoryId: number; thread: number }): number | null;
  /** When the next one is due, or null when none is pending. */
  nextPendingAt(): number | null;
  finish(id: number, outcome: "done" | "failed", note: string | null): void;
  /** Tries again at `at`. */
  postpone(id: number, at: number, note: string): void;
  /** What is due after `after` is due at `to`. */
  bringForward(after: number, to: number): void;
  /** Forgets what was finished and came in before `at`. @returns how many */
  forgetBefore(at: number): number;
}
