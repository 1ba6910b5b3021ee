import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { TaskEdit } from "#protocol/new-task.ts";
import type { Priority, Task } from "#protocol/task.ts";
import type { Call } from "../api/call.ts";
import { type ColumnName, columnsOf } from "../domain/columns.ts";
import { type Choice, type Filter, matches, optionsOf } from "../domain/filter.ts";

export type TaskStore = {
  /** Null until they were loaded. */
  tasks: ReadonlySignal<ReadonlyMap<string, Task> | null>;
  repositories: ReadonlySignal<string[]>;
  /** What the filter can choose from. */
  options: ReadonlySignal<Record<Choice, string[]>>;
  /** What the filter lets through, by column. */
  board: ReadonlySignal<Record<ColumnName, Task[]>>;
  /** Those that need somebody, whatever the filter. */
  needed: ReadonlySignal<readonly Task[]>;
  needsYou: ReadonlySignal<number>;
  load(): Promise<void>;
  /** @returns whether its status is another one now */
  changed(task: Task): boolean;
  hasQueue(): boolean;
  retry(task: string): Promise<void>;
  stop(task: string): Promise<void>;
  prioritise(task: string, priority: Priority): Promise<void>;
  answer(task: string, text: string): Promise<void>;
  approve(task: string): Promise<void>;
  say(task: string, text: string): Promise<void>;
  takeOver(task: string): Promise<void>;
  handBack(task: string): Promise<void>;
  goOn(task: string, verb: "continue" | "fix-ci" | "rebase"): Promise<void>;
  edit(task: string, change: TaskEdit): Promise<void>;
  /** Forgets it. */
  remove(task: string): Promise<void>;
  create(repository: string, issue: number): Promise<Task>;
  /** Of a repository on the control plane's own machine, in words of one's own; it begins at once. */
  createHere(wish: { folder: string; title: string; body: string }): Promise<Task>;
  /** The folders of such repositories that are known. */
  folders: ReadonlySignal<string[]>;
};

/** @param minute milliseconds since 1970, now and then anew */
export function openTaskStore(of: {
  call: Call;
  filter: ReadonlySignal<Filter>;
  minute: ReadonlySignal<number>;
  /** In whose name things are asked for. */
  name: () => string;
}): TaskStore {
  const tasks = signal<ReadonlyMap<string, Task> | null>(null);
  /** What changed while a load is on its way: its answer may be older. */
  let sinceAsked: Task[] | null = null;
  const all = computed(() => [...(tasks.value?.values() ?? [])]);
  const put = (changes: readonly Task[]) => {
    const next = new Map(tasks.value);
    for (const task of changes) next.set(task.name, task);
    tasks.value = next;
  };
  const take = ({ task }: { task: Task }): Task => {
    put([task]);
    return task;
  };
  const needed = computed(() => columnsOf(all.value, of.minute.value).needs_you);
  const options = computed(() => optionsOf(all.value));
  return {
    tasks,
    options,
    repositories: computed(() => options.value.repository),
    board: computed(() =>
      columnsOf(
        all.value.filter((task) => matches(task, of.filter.value)),
        of.minute.value,
      ),
    ),
    needed,
    needsYou: computed(() => needed.value.length),
    load: async () => {
      const seen: Task[] = [];
      sinceAsked = seen;
      const { tasks: loaded } = await of.call("listTasks");
      if (sinceAsked !== seen) return;
      sinceAsked = null;
      tasks.value = new Map([...loaded, ...seen].map((task) => [task.name, task]));
    },
    changed: (task) => {
      const before = tasks.value?.get(task.name)?.status;
      sinceAsked?.push(task);
      if (tasks.value !== null) put([task]);
      return before !== task.status;
    },
    hasQueue: () => all.value.some(({ status }) => status === "queued"),
    retry: async (task) => {
      take(await of.call("retryTask", { params: { task }, body: { by: of.name() } }));
    },
    stop: async (task) => {
      take(await of.call("cancelTask", { params: { task }, body: { by: of.name() } }));
    },
    prioritise: async (task, priority) => {
      take(await of.call("prioritiseTask", { params: { task }, body: { priority } }));
    },
    answer: async (task, text) => {
      take(await of.call("answerTask", { params: { task }, body: { by: of.name(), text } }));
    },
    approve: async (task) => {
      take(await of.call("approveTask", { params: { task }, body: { by: of.name() } }));
    },
    say: async (task, text) => {
      take(await of.call("sayToTask", { params: { task }, body: { by: of.name(), text } }));
    },
    takeOver: async (task) => {
      take(await of.call("takeOverTask", { params: { task }, body: { by: of.name() } }));
    },
    handBack: async (task) => {
      take(await of.call("handBackTask", { params: { task } }));
    },
    goOn: async (task, verb) => {
      take(await of.call("followTask", { params: { task }, body: { by: of.name(), verb } }));
    },
    edit: async (task, change) => {
      take(await of.call("editTask", { params: { task }, body: change }));
    },
    remove: async (task) => {
      await of.call("removeTask", { params: { task } });
      const next = new Map(tasks.value);
      next.delete(task);
      tasks.value = next;
    },
    folders: computed(() => [...new Set(all.value.flatMap(({ folder }) => folder ?? []))].sort()),
    createHere: async (wish) => take(await of.call("createTask", { body: { ...wish, by: of.name(), run: true } })),
    create: async (repository, issue) => take(await of.call("createTask", { body: { repository, issue } })),
  };
}
