import { type ReadonlySignal, signal } from "@preact/signals";
import type { Presence, TaskAct } from "#protocol/team.ts";
import type { Call } from "../api/call.ts";
import { actWords } from "../domain/acts.ts";
import { visibleLine } from "../domain/visible.ts";
import { type AnswerStore, openAnswer } from "./answer.ts";

/** What people see of each other. */
export type TeamStore = {
  /** Who is at which task's terminal. */
  presence: ReadonlySignal<ReadonlyMap<string, Presence>>;
  /** What was done to the task that is looked at. */
  acts: AnswerStore<[task: string], TaskAct[]>;
  show(task: string): void;
  load(): Promise<void>;
  came(presence: Presence): void;
  did(act: TaskAct): void;
};

/**
 * @param of.name who looks: what they did themselves they know
 * @param of.say tells it in passing
 */
export function openTeam(of: { call: Call; name: () => string; say: (text: string) => void }): TeamStore {
  const presence = signal<ReadonlyMap<string, Presence>>(new Map());
  const acts = openAnswer(async (task: string) => (await of.call("listActs", { params: { task } })).acts);
  let shown: string | null = null;
  return {
    presence,
    acts,
    show: (task) => {
      if (shown !== task) acts.forget();
      shown = task;
      void acts.load(task);
    },
    load: async () => {
      const { presence: all } = await of.call("listPresence");
      presence.value = new Map(all.map((one) => [one.task, one]));
    },
    came: (one) => {
      const next = new Map(presence.value);
      if (one.watchers.length === 0) next.delete(one.task);
      else next.set(one.task, one);
      presence.value = next;
    },
    did: (act) => {
      if (act.task === shown) void acts.load(act.task);
      if (act.by !== of.name()) of.say(visibleLine(`${act.by} ${actWords(act, act.task)}`));
    },
  };
}
