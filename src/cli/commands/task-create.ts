import type { Command } from "commander";
import type { Client } from "#protocol/client.ts";
import { inCli } from "#protocol/command-words.ts";
import type { LocalWish, NewTask } from "#protocol/new-task.ts";
import { Priority, type Task } from "#protocol/task.ts";
import { originOf, topOf } from "../checkout.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { FailedError, UsageError } from "../errors.ts";
import { importedWishes } from "../import-issues.ts";
import { amount, oneOf, positive, repositoryName, taskName } from "../names.ts";
import { readInput } from "../read-input.ts";
import { startTask } from "../start-task.ts";
import { whyOf } from "../task-view.ts";

type Options = ClientFlags &
  OutputFlags & {
    repository?: string;
    issue?: string;
    file?: string;
    branch?: string;
    base?: string;
    priority?: string;
    model?: string;
    plan?: true;
    budget?: string;
    times: string;
    dependsOn?: string[];
    import?: string;
    run?: true;
  };

/** No more attempts at the same thing than somebody can compare. */
const mostTimes = 10;

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("[title]", "what is to be done, in the repository around you")
    .option(
      "--file <path>",
      "more words for Claude, from a file; - for stdin. Its first line is the title if none is given",
    )
    .option("--branch <name>", "the branch that is to hold the work")
    .option("--base <branch>", "where the work starts (default: the branch that is checked out)")
    .option("--issue <number>", "take up this issue on GitHub instead, as if it had been labelled")
    .option("--import <label:name>", "a task here for each open issue with this label, in its words")
    .option("--repository <owner/name>", "with --issue: where it is (default: what this repository was cloned from)")
    .option("--priority <priority>", `one of ${Priority.options.join(", ")}`)
    .option("--plan", "a plan comes first: task approve lets Claude carry it out, task say changes it")
    .option("--model <name>", "the model that works on it")
    .option("--budget <dollars>", "what one run may cost at most")
    .option("--times <number>", "so many attempts, each a task with a branch of its own: task compare, task pick", "1")
    .option(
      "--depends-on <task>",
      "begin when the work on this task is done, from its branch until that is merged (may be repeated)",
      append,
    )
    .option("--run", "start it at once, and wait until Claude works on it")
    .action((title: string | undefined, options: Options) => run(context, title, options));
}

async function run(context: Context, title: string | undefined, options: Options): Promise<void> {
  const wishes = await wishesOf(context, title, options);
  const access = await context.connect(options);
  const tasks: Task[] = [];
  for (const body of wishes) tasks.push(await create(access.call, body));
  if (!options.json) for (const { name } of tasks) context.print(`${name}\n`);
  if (options.run) {
    for (const [at, task] of tasks.entries())
      tasks[at] = await startTask(context, access, task.name, options.json !== true);
  } else if (!options.json) for (const task of tasks) tell(context, task);
  const [task] = tasks;
  if (options.json) context.printJson(tasks.length === 1 ? { task } : { tasks });
}

function append(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), ...value.split(",")];
}

async function create(call: Client, body: NewTask): Promise<Task> {
  return (await call("createTask", { body })).task;
}

function tell(context: Context, task: Task): void {
  const why = whyOf(task);
  if (why !== "")
    context.say(task.reason?.advice === undefined ? why : `${why} ${inCli(task.reason.advice, task.name)}`);
}

async function wishesOf(context: Context, title: string | undefined, options: Options): Promise<NewTask[]> {
  const priority = options.priority === undefined ? undefined : oneOf("priority", Priority.options, options.priority);
  const asked = priority === undefined ? {} : { priority };
  if (options.issue !== undefined) {
    if (title !== undefined) throw new UsageError("An issue has a title already.", "Give a title, or --issue.");
    const plan = options.plan === true ? { plan: true } : {};
    const repository = await repositoryOf(context, options);
    return [{ repository, issue: positive("issue", options.issue), ...asked, ...plan }];
  }
  if (options.repository !== undefined && options.import === undefined)
    throw new UsageError("Only an issue of another repository can be taken up.", "Give its number: --issue 12");
  const top = await topOf(context.folder);
  if (top === null)
    throw new FailedError(
      "This is not a git repository.",
      "Go into one, or take up an issue: --repository owner/name --issue 12",
    );
  const wish: LocalWish = {
    folder: top,
    by: context.person,
    ...(options.import === undefined ? wordsOf(context, title, options) : { title: "-" }),
    ...asked,
    ...limitsOf(options),
  };
  if (options.import !== undefined)
    return importedWishes(context, wish, await repositoryOf(context, options), options.import);
  const times = positive("times", options.times, mostTimes);
  if (times === 1) return [wish];
  return Array.from({ length: times }, (_, at) => ({
    ...wish,
    ...(wish.branch === undefined ? {} : { branch: `${wish.branch}-${at + 1}` }),
  }));
}

function wordsOf(context: Context, title: string | undefined, { file }: Options): { title: string; body?: string } {
  const text = file === undefined ? "" : readInput(context, file);
  const [first = "", ...rest] = text.trim().split("\n");
  const words = title ?? first.replace(/^#+\s*/, "");
  const body = (title === undefined ? rest.join("\n") : text).trim();
  if (words.trim() === "")
    throw new UsageError(
      "It is not said what is to be done.",
      'Write for example: cc-orchestrator task create "Greet in French"',
    );
  return { title: words.trim().slice(0, 300), ...(body === "" ? {} : { body }) };
}

function limitsOf({ branch, base, model, plan, budget, dependsOn }: Options): Partial<LocalWish> {
  return {
    ...(branch === undefined ? {} : { branch }),
    ...(base === undefined ? {} : { base }),
    ...(model === undefined ? {} : { model }),
    ...(plan === undefined ? {} : { plan }),
    ...(dependsOn === undefined ? {} : { needs: dependsOn.map(taskName) }),
    ...(budget === undefined ? {} : { usd: amount("budget", budget) }),
  };
}

async function repositoryOf(context: Context, { repository }: Options): Promise<string> {
  const name = repository ?? (await originOf(context.folder));
  if (name !== null) return repositoryName(name);
  throw new UsageError("It is not said where the issue is.", "Name its repository: --repository owner/name");
}
