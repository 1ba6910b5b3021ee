import { type ReadonlySignal, signal } from "@preact/signals";
import type { Diff, Remark } from "#protocol/diff.ts";
import type { Call } from "../api/call.ts";
import { type AnswerStore, openAnswer } from "./answer.ts";

/** What a task's branch changes, and what somebody is about to say of it. */
export type ChangesStore = {
  diff: AnswerStore<[task: string], Diff>;
  /** Not sent yet, of the task that is looked at; kept while other pages are open. */
  remarks: ReadonlySignal<readonly Remark[]>;
  show(task: string): void;
  put(remark: Remark): void;
  drop(remark: Pick<Remark, "path" | "line">): void;
  /** Sends them all as one message. */
  send(): Promise<void>;
};

export function openChanges(call: Call, name: () => string): ChangesStore {
  const diff = openAnswer((task: string) => call("showDiff", { params: { task } }));
  const remarks = signal<readonly Remark[]>([]);
  const kept = new Map<string, readonly Remark[]>();
  let current: string | null = null;
  const set = (next: readonly Remark[]) => {
    remarks.value = next;
    if (current !== null) kept.set(current, next);
  };
  const others = ({ path, line }: Pick<Remark, "path" | "line">) =>
    remarks.value.filter((one) => one.path !== path || one.line !== line);
  return {
    diff,
    remarks,
    show: (task) => {
      if (current !== task) {
        current = task;
        remarks.value = kept.get(task) ?? [];
        diff.forget();
      }
      void diff.load(task);
    },
    put: (remark) => set([...others(remark), remark]),
    drop: (remark) => set(others(remark)),
    send: async () => {
      if (current === null || remarks.value.length === 0) return;
      await call("remarkOnDiff", { params: { task: current }, body: { by: name(), remarks: [...remarks.value] } });
      set([]);
    },
  };
}
