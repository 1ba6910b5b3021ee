import type { Gate } from "#protocol/task.ts";
import type { Call } from "../api/call.ts";
import { type AnswerStore, openAnswer } from "./answer.ts";

/** Why the task that is looked at stands where it stands. */
export type WhyStore = { gates: AnswerStore<[task: string], Gate[]>; show(task: string): void };

export function openWhy(call: Call): WhyStore {
  const gates = openAnswer(async (task: string) => (await call("whyTask", { params: { task } })).gates);
  let current: string | null = null;
  return {
    gates,
    show: (task) => {
      if (current !== task) gates.forget();
      current = task;
      void gates.load(task);
    },
  };
}
