import { type ReadonlySignal, signal } from "@preact/signals";

/** Something that a page asks the server for when it is looked at. What was answered last stays while it is asked anew. */
export type AnswerStore<Asked extends unknown[], T> = {
  value: ReadonlySignal<T | null>;
  /** Why the last asking failed; null when it did not. */
  failure: ReadonlySignal<string | null>;
  /** Never throws: `failure` tells. */
  load(...asked: Asked): Promise<void>;
  /** What was answered was about something else. */
  forget(): void;
};

export function openAnswer<Asked extends unknown[], T>(ask: (...asked: Asked) => Promise<T>): AnswerStore<Asked, T> {
  const value = signal<T | null>(null);
  const failure = signal<string | null>(null);
  let newest = 0;
  return {
    value,
    failure,
    forget: () => {
      newest += 1;
      value.value = null;
      failure.value = null;
    },
    load: async (...asked) => {
      newest += 1;
      const mine = newest;
      try {
        const answer = await ask(...asked);
        if (mine !== newest) return;
        value.value = answer;
        failure.value = null;
      } catch (error) {
        if (mine === newest) failure.value = error instanceof Error ? error.message : "It could not be loaded.";
      }
    },
  };
}
