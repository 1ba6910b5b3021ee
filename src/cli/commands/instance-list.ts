import type { Command } from "commander";
import type { Run } from "#protocol/run.ts";
import type { Task } from "#protocol/task.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { type Column, renderTable } from "../table.ts";
import { ago } from "../time.ts";

type Options = ClientFlags & OutputFlags;
type Instance = { task: Task; run: Run };

export function register(command: Command, context: Context): void {
  withClientFlags(command).action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const { call } = await context.connect(options);
  const { tasks } = await call("listTasks");
  const instances = tasks.flatMap((task) =>
    task.runs.flatMap((one) => (one.status === "in_progress" && one.attach !== null ? [{ task, run: one }] : [])),
  );
  if (options.json) return context.printJson({ instances: instances.map(({ run: one }) => one) });
  if (instances.length === 0)
    return context.say("Nothing is being worked on. Start a task: cc-orchestrator task run TASK-12");
  context.print(renderTable(columns(context.now()), instances, context.columns));
}

function columns(now: number): Column<Instance>[] {
  return [
    { title: "TASK", value: ({ task }) => task.name },
    { title: "RUNNER", value: ({ run: one }) => one.runner ?? "-", shrinks: true },
    { title: "MODEL", value: ({ run: one }) => one.model ?? "-", optional: true },
    { title: "SINCE", value: ({ run: one }) => (one.startedAt === null ? "-" : ago(one.startedAt, now)) },
    { title: "COST", value: ({ run: one }) => `$${(one.progress?.costUsd ?? 0).toFixed(2)}` },
    { title: "DOES", value: ({ task, run: one }) => one.progress?.activity ?? task.title, shrinks: true },
  ];
}
