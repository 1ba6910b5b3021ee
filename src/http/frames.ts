import type { LiveEvent } from "#protocol/live.ts";

/** An event, and as it goes over the wire to whoever sees everything. */
export type Frame = { id: number; text: string; body: LiveEvent["body"] };

/** The newest events, as many as fit. Every id is one more than the one before. */
export type Ring = {
  lastId(): number;
  add(body: LiveEvent["body"]): void;
  /**
   * The frames after the cursor, at least one and then up to `maxBytes`.
   * @returns null when some of them are no longer there, or the cursor is none of ours
   */
  after(cursor: number, maxBytes: number): Frame[] | null;
};

/**
 * @param firstId higher than any id of an earlier process, so that a cursor from there is noticed;
 *   the time in milliseconds will do
 */
export function openRing(limits: { events: number; bytes: number; firstId: number }): Ring {
  const frames: Frame[] = [];
  let bytes = 0;
  let lastId = limits.firstId;
  return {
    lastId: () => lastId,
    add: (body) => {
      lastId += 1;
      const frame = { id: lastId, text: frameOf(lastId, { id: lastId, body } satisfies LiveEvent), body };
      frames.push(frame);
      bytes += frame.text.length;
      while (frames.length > limits.events || (bytes > limits.bytes && frames.length > 1))
        bytes -= frames.shift()?.text.length ?? 0;
    },
    after: (cursor, maxBytes) => {
      const skipped = cursor - (lastId - frames.length);
      if (skipped < 0 || cursor > lastId) return null;
      const taken: Frame[] = [];
      let length = 0;
      for (let at = skipped; at < frames.length; at += 1) {
        const frame = frames[at];
        if (frame === undefined || (taken.length > 0 && length + frame.text.length > maxBytes)) break;
        taken.push(frame);
        length += frame.text.length;
      }
      return taken;
    },
  };
}

/** JSON has no line breaks of its own, so one data line holds it. */
export function frameOf(id: number, content: object, event?: string): string {
  return `${event === undefined ? "" : `event: ${event}\n`}id: ${id}\ndata: ${JSON.stringify(content)}\n\n`;
}
