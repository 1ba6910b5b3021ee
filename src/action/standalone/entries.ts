import { z } from "zod";
import type { Happening } from "#domain/happening.ts";
import type { Delivery } from "#operations/ports/deliveries.ts";

const Entry = z.object({
  guid: z.string(),
  hookId: z.string(),
  event: z.string(),
  action: z.string().nullable(),
  receivedAt: z.number(),
  happening: z.looseObject({ kind: z.string() }).nullable(),
});

/** A delivery as it waits in the inbox. */
export function textOf(delivery: Delivery): string {
  return JSON.stringify(delivery);
}

/** Null for what is none: an entry without a key may be anybody's who may push. */
export function deliveryIn(text: string): Delivery | null {
  try {
    const entry = Entry.parse(JSON.parse(text));
    // Sealed by a job of ours, from a happening of the same code.
    return { ...entry, happening: entry.happening as Happening | null };
  } catch {
    // Whoever wrote it, it asks for nothing that we understand.
    return null;
  }
}
