import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { LogLine } from "#protocol/report.ts";
import type { Call } from "../api/call.ts";
import { conversationOf, type Entry } from "../domain/conversation.ts";
import { stitch } from "../domain/stitch.ts";

export type TaskLogStore = {
  task: string;
  state: ReadonlySignal<"loading" | "loaded" | "failed">;
  lines: ReadonlySignal<readonly LogLine[]>;
  entries: ReadonlySignal<Entry[]>;
  /** There are older lines on the server than were loaded. */
  hasEarlier: ReadonlySignal<boolean>;
  load(): Promise<void>;
  loadEarlier(): Promise<void>;
  added(lines: readonly LogLine[]): void;
};

const firstTail = 1_000;
/** The most that the server gives. */
const longestTail = 10_000;

/** The log of one task, while somebody looks at it. The stream must be open before `load`. */
export function openTaskLog(call: Call, task: string): TaskLogStore {
  const state = signal<"loading" | "loaded" | "failed">("loading");
  const lines = signal<readonly LogLine[]>([]);
  const hasEarlier = signal(false);
  let streamed: LogLine[] = [];
  let tail = firstTail;
  const load = async () => {
    streamed = [];
    try {
      const loaded = (await call("taskLogs", { params: { task }, query: { tail } })).lines;
      hasEarlier.value = loaded.length === tail && tail < longestTail;
      lines.value = stitch(loaded, streamed);
      state.value = "loaded";
    } catch (error) {
      if (state.value === "loading") state.value = "failed";
      throw error;
    }
  };
  return {
    task,
    state,
    lines,
    entries: computed(() => conversationOf(lines.value)),
    hasEarlier,
    load,
    loadEarlier: () => {
      tail = longestTail;
      return load();
    },
    added: (more) => {
      streamed.push(...more);
      if (state.value === "loaded") lines.value = [...lines.value, ...more].slice(-2 * longestTail);
    },
  };
}
