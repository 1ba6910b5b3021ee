import { type ReadonlySignal, signal } from "@preact/signals";
import type { LiveEvent } from "#protocol/live.ts";
import { RefusedError } from "../api/call.ts";
import { openStream, type Stream } from "../api/stream.ts";

/** How fresh the page is. `since`: milliseconds since 1970 when the stream broke. */
export type ConnectionState = { kind: "connecting" } | { kind: "live" } | { kind: "stale"; since: number };

export type ConnectionStore = {
  state: ReadonlySignal<ConnectionState>;
  open(pageKey: string): void;
  close(): void;
};

/** Events only make it fast: what no event tells, as a runner that fell silent, is seen by looking now and then. */
const lookAgainMs = 30_000;

export function openConnection(of: {
  changed(body: LiveEvent["body"]): void;
  /** Loads everything anew. @param isGap something may have been missed, not only never told of */
  load(isGap: boolean): Promise<void>;
  signedOut(): void;
}): ConnectionStore {
  const state = signal<ConnectionState>({ kind: "connecting" });
  let stream: Stream | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;
  const stale = () => {
    if (state.value.kind !== "stale") state.value = { kind: "stale", since: Date.now() };
  };
  let isWhole = false;
  const load = (isGap: boolean) => {
    const asked = stream;
    of.load(isGap).then(
      () => {
        if (stream === null || stream !== asked) return;
        isWhole = true;
        state.value = { kind: "live" };
      },
      (error: unknown) => {
        if (stream !== asked) return;
        if (error instanceof RefusedError && error.status === 401) return of.signedOut();
        isWhole = false;
        stale();
      },
    );
  };
  const close = () => {
    stream?.close();
    stream = null;
    isWhole = false;
    clearInterval(timer);
  };
  return {
    state,
    open: (pageKey) => {
      close();
      state.value = { kind: "connecting" };
      let hasBegun = false;
      stream = openStream(pageKey, {
        changed: of.changed,
        load: () => {
          hasBegun = true;
          load(true);
        },
        live: () => {
          if (isWhole) state.value = { kind: "live" };
          // A load that failed is made up for; the very first one comes with the stream's beginning.
          else if (hasBegun) load(true);
        },
        lost: stale,
        signedOut: of.signedOut,
      });
      timer = setInterval(() => {
        if (!globalThis.document?.hidden && (state.value.kind === "live" || !isWhole)) load(!isWhole);
      }, lookAgainMs);
    },
    close,
  };
}
