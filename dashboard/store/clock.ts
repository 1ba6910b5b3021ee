import { type ReadonlySignal, signal } from "@preact/signals";

/** Now, in milliseconds since 1970, as signals that tick: what shows a time reads the coarsest that will do. */
export type ClockStore = { second: ReadonlySignal<number>; minute: ReadonlySignal<number>; close(): void };

export function openClock(now: () => number = Date.now): ClockStore {
  const second = signal(now());
  const minute = signal(now());
  const timer = setInterval(() => {
    if (globalThis.document?.hidden) return;
    second.value = now();
    if (second.value - minute.value >= 15_000) minute.value = second.value;
  }, 1_000);
  return { second, minute, close: () => clearInterval(timer) };
}
