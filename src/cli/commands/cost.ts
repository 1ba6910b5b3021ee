import type { Command } from "commander";
import type { Task } from "#protocol/task.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { UsageError } from "../errors.ts";
import { oneOf } from "../names.ts";
import { plainLine } from "../plain.ts";
import { type Column, renderTable } from "../table.ts";
import { instantBefore } from "../time-given.ts";

type Options = ClientFlags & OutputFlags & { by: string; since?: string; csv?: true };

/** What was spent under one name. */
type Spent = {
  name: string;
  title: string;
  tasks: number;
  runs: number;
  inputTokens: number;
  outputTokens: number;
  usd: number;
};

const groupings = ["task", "repository", "day"] as const;

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .option("--by <what>", `one of ${groupings.join(", ")}`, "task")
    .option("--since <time>", "only runs that are younger, as 7d or 2026-05-01")
    .option("--csv", "print comma-separated values")
    .addHelpText(
      "after",
      "\nDollars are Claude Code's own estimate at list prices, of the newest 500 tasks. What was used at its\nown screen after a take-over, and in the step that this cut off, it does not tell.",
    )
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const by = oneOf("by", groupings, options.by);
  if (options.csv && options.json) throw new UsageError("It is printed one way at a time.", "Write --csv or --json.");
  const since = options.since === undefined ? 0 : instantBefore("since", options.since, context.now());
  const { call } = await context.connect(options);
  const spent = spentBy(by, (await call("listTasks")).tasks, since);
  const usd = spent.reduce((sum, one) => sum + one.usd, 0);
  if (options.json) return context.printJson({ by, spent, usd });
  if (options.csv) return context.print(csvOf(by, spent));
  context.print(renderTable(columnsFor(by), spent, context.columns));
  context.say(`$${usd.toFixed(2)} in all.`);
}

function spentBy(by: (typeof groupings)[number], tasks: readonly Task[], since: number): Spent[] {
  const groups = new Map<string, Spent & { of: Set<string> }>();
  for (const task of tasks)
    for (const run of task.runs) {
      const at = run.startedAt ?? run.createdAt;
      if (run.progress === null || Date.parse(at) < since) continue;
      const name = { task: task.name, repository: task.repository, day: at.slice(0, 10) }[by];
      const title = by === "task" ? task.title : "";
      const group = groups.get(name) ?? {
        name,
        title,
        tasks: 0,
        runs: 0,
        inputTokens: 0,
        outputTokens: 0,
        usd: 0,
        of: new Set(),
      };
      group.of.add(task.name);
      group.runs += 1;
      group.inputTokens += run.progress.inputTokens;
      group.outputTokens += run.progress.outputTokens;
      group.usd += run.progress.costUsd;
      groups.set(name, group);
    }
  const all = [...groups.values()].map(({ of, ...group }) => ({ ...group, tasks: of.size }));
  return by === "day" ? all.sort((a, b) => (a.name < b.name ? 1 : -1)) : all.sort((a, b) => b.usd - a.usd);
}

function columnsFor(by: (typeof groupings)[number]): Column<Spent>[] {
  return [
    { title: by.toUpperCase(), value: ({ name }) => name, shrinks: true },
    { title: "COST", value: ({ usd }) => `$${usd.toFixed(2)}` },
    ...(by === "task" ? [] : [{ title: "TASKS", value: ({ tasks }: Spent) => String(tasks) }]),
    { title: "RUNS", value: ({ runs }) => String(runs) },
    { title: "IN", value: ({ inputTokens }) => thousands(inputTokens), optional: true },
    { title: "OUT", value: ({ outputTokens }) => thousands(outputTokens), optional: true },
    ...(by === "task" ? [{ title: "TITLE", value: ({ title }: Spent) => title, shrinks: true as const }] : []),
  ];
}

function thousands(tokens: number): string {
  return tokens < 1_000 ? String(tokens) : `${Math.round(tokens / 1_000)}k`;
}

function csvOf(by: string, spent: readonly Spent[]): string {
  const rows = spent.map(({ name, tasks, runs, inputTokens, outputTokens, usd, title }) =>
    [name, tasks, runs, inputTokens, outputTokens, usd.toFixed(4), title].map(cellOf).join(","),
  );
  return [`${by},tasks,runs,input_tokens,output_tokens,usd,title`, ...rows, ""].join("\n");
}

/** As RFC 4180 has it; what a spreadsheet would take for a formula is made plain text. */
function cellOf(value: string | number): string {
  const text = typeof value === "number" ? String(value) : plainLine(value).replace(/^[=+\-@]/, "'$&");
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
