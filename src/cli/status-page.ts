import type { Runner } from "#protocol/runner.ts";
import type { Task } from "#protocol/task.ts";
import { colours as pc } from "./colours.ts";
import { plainLine } from "./plain.ts";
import { type Column, renderTable } from "./table.ts";
import { lookOf, whyOf } from "./task-view.ts";
import { ago } from "./time.ts";

const dayMs = 86_400_000;

/** From so many columns on there is room for the address of a pull request. */
const wide = 120;

/** By attention, the most urgent first; a task stands under the first heading that takes it. */
const headings: readonly {
  title: string;
  takes: (task: Task, now: number) => boolean;
  /** The newest first without. */
  order?: (one: Task, other: Task) => number;
}[] = [
  {
    title: "needs you",
    takes: (task, now) => task.status === "waiting" || (hasFailed(task) && now - Date.parse(task.updatedAt) < dayMs),
  },
  { title: "working", takes: ({ status }) => status === "in_progress" },
  { title: "queued", takes: ({ status }) => status === "queued" || status === "blocked", order: byTurn },
  { title: "in review", takes: ({ status }) => status === "in_review" },
  {
    title: "done today",
    takes: (task, now) => task.conclusion === "success" && now - Date.parse(task.updatedAt) < dayMs,
  },
];

/** Who works, and what there is to know about the tasks, as lines for a terminal of this many columns. */
export function renderStatus(
  tasks: readonly Task[],
  runners: readonly Runner[],
  now: number,
  columns: number | null,
): string {
  const groups = new Map<string, Task[]>();
  for (const task of tasks) {
    const title = headings.find(({ takes }) => takes(task, now))?.title;
    if (title !== undefined) groups.set(title, [...(groups.get(title) ?? []), task]);
  }
  const parts = headings.flatMap(({ title, order }) => {
    const found = groups.get(title);
    if (found === undefined) return [];
    const group = order === undefined ? found : found.toSorted(order);
    return [
      `\n${pc.bold(`${title} (${group.length})`)}\n${withoutTitles(renderTable(table(group, now, columns), group, columns))}`,
    ];
  });
  return [runnersLine(runners), ...(parts.length > 0 ? parts : ["\nNothing to do.\n"])].join("");
}

function table(group: readonly Task[], now: number, columns: number | null): Column<Task>[] {
  const isWide = columns === null || columns >= wide;
  const pull: Column<Task> = {
    title: "",
    value: ({ pullRequest: one }) => (one === null ? "" : isWide ? one.url : `#${one.number}`),
  };
  return [
    { title: "", value: ({ name }) => name },
    { title: "", value: (task) => lookOf(task).word, paint: (cell, task) => lookOf(task).paint(cell) },
    {
      title: "",
      value: ({ repository, issue }) => (issue === null ? repository : `${repository}#${issue.number}`),
      shrinks: true,
    },
    { title: "", value: (task) => plainLine(whyOf(task)) || task.title, shrinks: true },
    ...(group.some(({ pullRequest }) => pullRequest !== null) ? [pull] : []),
    { title: "", value: ({ updatedAt }) => ago(updatedAt, now), optional: true },
  ];
}

function withoutTitles(table: string): string {
  return table.slice(table.indexOf("\n") + 1);
}

function runnersLine(runners: readonly Runner[]): string {
  if (runners.length === 0) return `${pc.yellow("no runner")}: start one with cc-orchestrator runner start\n`;
  const online = runners.filter(({ state }) => state !== "offline");
  const busy = online.reduce((sum, runner) => sum + runner.busy, 0);
  const slots = online.reduce((sum, runner) => sum + runner.slots, 0);
  const away = runners.length - online.length;
  const words = `${online.length} ${online.length === 1 ? "runner" : "runners"} online, ${busy} of ${slots} slots busy`;
  return `${words}${away === 0 ? "" : `, ${pc.red(`${away} offline`)}`}\n`;
}

/** As they are taken, as far as it is known here. */
function byTurn(one: Task, other: Task): number {
  const order = { high: 0, normal: 1, low: 2 } as const;
  return order[one.priority] - order[other.priority] || one.id - other.id;
}

function hasFailed({ conclusion }: Task): boolean {
  return conclusion === "failure" || conclusion === "timed_out";
}
