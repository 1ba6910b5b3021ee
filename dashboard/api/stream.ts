import { batch } from "@preact/signals";
import type { LiveEvent } from "#protocol/live.ts";
import { pageKeyHeader } from "#protocol/session.ts";
import { type Frame, frameReader } from "./frames.ts";
import { livePath } from "./routes.ts";

/** What the stream tells, besides what changed: that everything must be loaded (anew), how it stands. */
export type StreamEvents = {
  changed(body: LiveEvent["body"]): void;
  /** From here on nothing is missed; what was before must be loaded. */
  load(): void;
  live(): void;
  /** Tries again by itself. */
  lost(): void;
  /** The server does not know the session any more. Nothing more comes. */
  signedOut(): void;
};

export type Stream = { close(): void };

/** The server sends something every 15 s; after this long without, the connection is dead though nobody said so. */
const silenceMs = 40_000;
const firstWaitMs = 500;
const longestWaitMs = 10_000;

/**
 * Follows the changes with a cursor: after a break it goes on where it was, or is told to load everything anew.
 * By fetch, not EventSource, which can send no header.
 */
export function openStream(pageKey: string, events: StreamEvents): Stream {
  const over = new AbortController();
  let cursor: string | null = null;
  let failures = 0;

  async function follow(): Promise<void> {
    while (!over.signal.aborted) {
      const isKnown = await once();
      if (over.signal.aborted) return;
      if (!isKnown) return events.signedOut();
      events.lost();
      failures += 1;
      await wait(Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - 1)) * (0.8 + Math.random() * 0.4), over.signal);
    }
  }

  /** One connection until it ends. @returns false when the session is no longer known */
  async function once(): Promise<boolean> {
    const dead = new AbortController();
    let watch = setTimeout(() => dead.abort(), silenceMs);
    try {
      const response = await fetch(cursor === null ? livePath : `${livePath}?after=${cursor}`, {
        headers: { accept: "text/event-stream", [pageKeyHeader]: pageKey },
        signal: AbortSignal.any([over.signal, dead.signal]),
        redirect: "error",
      });
      if (response.status === 401 || response.status === 403) return false;
      if (!response.ok || response.body === null) return true;
      failures = 0;
      events.live();
      const read = frameReader();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return true;
        clearTimeout(watch);
        watch = setTimeout(() => dead.abort(), silenceMs);
        // Many changes come at once: what follows from them is worked out once.
        batch(() => {
          for (const frame of read(value)) take(frame);
        });
      }
    } catch {
      // Why a connection broke is nothing that a page could act on: it is told of as lost, and opened again.
      return true;
    } finally {
      clearTimeout(watch);
      dead.abort();
    }
  }

  function take(frame: Frame): void {
    if (frame.id !== null) cursor = frame.id;
    if (frame.event === "open" || frame.event === "gap") events.load();
    else if (frame.event === "message") events.changed((JSON.parse(frame.data) as LiveEvent).body);
  }

  void follow();
  return { close: () => over.abort() };
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      globalThis.removeEventListener?.("online", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    // The network is back: no reason to wait any longer.
    globalThis.addEventListener?.("online", done, { once: true });
  });
}
