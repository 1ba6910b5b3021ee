import type { Command } from "commander";
import type { Task } from "#protocol/task.ts";
import { askGit } from "../checkout.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { taskName } from "../names.ts";
import { siblingsOf } from "../siblings.ts";
import { type Column, renderTable } from "../table.ts";
import { lookOf } from "../task-view.ts";

type Options = ClientFlags & OutputFlags;

type Attempt = {
  task: string;
  status: string;
  branch: string | null;
  commits: number;
  /** As `git diff --shortstat` puts it; null where the branch is not on this machine. */
  changes: string | null;
  verified: string;
  minutes: number | null;
  costUsd: number;
};

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("<tasks...>", "their names; of one, all attempts that were asked for with it (--times)")
    .action((tasks: string[], options: Options) => run(context, tasks, options));
}

async function run(context: Context, given: string[], options: Options): Promise<void> {
  const names = given.map(taskName);
  const { call } = await context.connect(options);
  const chosen = await Promise.all(names.map(async (task) => (await call("showTask", { params: { task } })).task));
  const [first] = chosen;
  const tasks =
    first !== undefined && chosen.length === 1 ? siblingsOf(first, (await call("listTasks")).tasks) : chosen;
  const attempts = await Promise.all(tasks.map(attemptOf));
  if (options.json) return context.printJson({ attempts });
  context.print(renderTable(columns, attempts, context.columns));
  context.say("Keep one and stop the others: cc-orchestrator task pick <task>");
}

async function attemptOf(task: Task): Promise<Attempt> {
  const { folder, base, branch, runs } = task;
  const run = runs.at(-1);
  const verify = run?.steps.find(({ name }) => name === "verify");
  const changes =
    folder === undefined || base === undefined || branch === null
      ? null
      : await askGit(folder, ["diff", "--shortstat", `${base}...${branch}`, "--"]).catch(() => null);
  const took = runs.reduce((sum, { startedAt, completedAt }) => sum + between(startedAt, completedAt), 0);
  return {
    task: task.name,
    status: lookOf(task).word,
    branch,
    commits: run?.commits.length ?? 0,
    changes: changes?.trim() || null,
    verified:
      verify === undefined ? "-" : verify.state === "passed" ? "yes" : verify.state === "failed" ? "no" : "under way",
    minutes: took === 0 ? null : Math.round(took / 6_000) / 10,
    costUsd: task.costUsd,
  };
}

function between(from: string | null, to: string | null): number {
  return from === null || to === null ? 0 : Date.parse(to) - Date.parse(from);
}

const columns: readonly Column<Attempt>[] = [
  { title: "TASK", value: ({ task }) => task },
  { title: "STATUS", value: ({ status }) => status },
  { title: "VERIFIED", value: ({ verified }) => verified },
  { title: "COMMITS", value: ({ commits }) => String(commits) },
  { title: "CHANGES", value: ({ changes }) => changes ?? "-", shrinks: true },
  { title: "MINUTES", value: ({ minutes }) => (minutes === null ? "-" : String(minutes)), optional: true },
  { title: "COST", value: ({ costUsd }) => `$${costUsd.toFixed(2)}` },
  { title: "BRANCH", value: ({ branch }) => branch ?? "-", shrinks: true, optional: true },
];
