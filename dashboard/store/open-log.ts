import { type ReadonlySignal, signal } from "@preact/signals";
import type { LogLine } from "#protocol/report.ts";
import type { Call } from "../api/call.ts";
import { openTaskLog, type TaskLogStore } from "./task-log.ts";

export type OpenLogStore = {
  /** The log that somebody looks at. */
  current: ReadonlySignal<TaskLogStore | null>;
  show(task: string): void;
  hide(): void;
  load(): Promise<void>;
  added(task: string, lines: readonly LogLine[]): void;
};

/** At most one task's log is held: that of the page which is open. */
export function openOpenLog(call: Call): OpenLogStore {
  const current = signal<TaskLogStore | null>(null);
  return {
    current,
    show: (task) => {
      if (current.value?.task === task) return;
      const log = openTaskLog(call, task);
      current.value = log;
      // The page shows that it failed, with a button to try again.
      log.load().catch(() => undefined);
    },
    hide: () => {
      current.value = null;
    },
    load: async () => {
      await current.value?.load();
    },
    added: (task, lines) => {
      if (current.value?.task === task) current.value.added(lines);
    },
  };
}
