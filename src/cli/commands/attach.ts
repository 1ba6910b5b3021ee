import type { Command } from "commander";
import type { Client } from "#protocol/client.ts";
import type { Run } from "#protocol/run.ts";
import type { Task } from "#protocol/task.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { ConfigError, FailedError, UsageError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { isHere, joinTerminal, showLaidOut } from "../join-terminal.ts";
import { oneOf, taskName } from "../names.ts";
import { readHome } from "../programs/configuration.ts";
import { listWorktrees } from "../programs/here.ts";
import { lookOf, whyOf } from "../task-view.ts";
import { type Layout, layOut, layouts, type Pane } from "../terminal-layout.ts";
import { joiningOf, type TerminalPlace } from "../terminal-place.ts";

type Options = ClientFlags & OutputFlags & { readOnly?: true; layout?: string; home?: string };
type Joined = { name: string; live: Run; place: TerminalPlace };

/** More do not fit beside each other. */
const mostTasks = 6;

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("<tasks...>", "their names, as TASK-12; several are shown beside each other")
    .option("--read-only", "watch only: no key reaches the terminal")
    .option(
      "--layout <layout>",
      `${layouts.join(", ")}: the terminal alone, a shell in its worktree beside it, and what else is going on`,
      "watch",
    )
    .option("--home <folder>", "with --layout: folder of this machine's state (CC_ORCHESTRATOR_HOME)")
    .addHelpText(
      "after",
      `
Ctrl-b d leaves; the run goes on. Several people may be in the same terminal at once.`,
    )
    .action((tasks: string[], options: Options) => run(context, tasks, options));
}

async function run(context: Context, given: readonly string[], options: Options): Promise<void> {
  const names = [...new Set(given.map(taskName))];
  const layout = oneOf("layout", layouts, options.layout ?? "watch");
  if (names.length > 1 && layout !== "watch")
    throw new UsageError("A layout is for one task.", "Name one task, or leave --layout out.");
  if (names.length > mostTasks)
    throw new UsageError(`More than ${mostTasks} do not fit beside each other.`, "Name fewer tasks.");
  const { call } = await context.connect(options);
  const joined = await Promise.all(names.map((name) => joinedOf(call, name, options.readOnly === true)));
  const [first] = joined;
  if (options.json) {
    const terminals = joined.map(({ name, live, place }) => ({
      ...{ task: name, run: live.id, runner: live.runner, command: place.join },
    }));
    return context.printJson(terminals.length === 1 ? terminals[0] : { terminals });
  }
  if (context.terminal === null)
    throw new UsageError("attach needs a terminal.", `Use: cc-orchestrator task logs ${names[0]} --follow`);
  for (const one of joined) await checkHere(context, one);
  const code =
    joined.length === 1 && layout === "watch" && first !== undefined
      ? await joinTerminal(first.place, context)
      : await showLaidOut(await laidOut(context, joined, layout, options), context);
  if (code !== 0) context.exitCode = exitCodes.failed;
}

async function joinedOf(call: Client, name: string, readOnly: boolean): Promise<Joined> {
  const { task } = await call("showTask", { params: { task: name } });
  const live = liveRunOf(task);
  const place = joiningOf(live.attach ?? "", readOnly);
  if (place !== null) return { name, live, place };
  throw new FailedError(
    `The server does not say in a way that can be trusted how to join the terminal of ${name}.`,
    `Look at it on the machine of runner ${live.runner ?? "?"}: cc-orchestrator task show ${name}`,
  );
}

/** @throws FailedError */
async function checkHere(context: Context, { name, live, place }: Joined): Promise<void> {
  if (await isHere(place, context)) return;
  throw new FailedError(
    `The terminal of ${name} is not on this machine, or it has just ended; runner ${live.runner ?? "?"} has it.`,
    `Log in there and run: cc-orchestrator attach ${name}. From here: cc-orchestrator task logs ${name} --follow`,
  );
}

async function laidOut(context: Context, joined: readonly Joined[], layout: Layout, options: Options) {
  const places = joined.map(({ place }) => place);
  const [first] = joined;
  const { folder, columns } = context;
  const inParts = (panes: readonly Pane[]) => (socket: string) => layOut(places, panes, { folder, columns, socket });
  if (layout === "watch" || first === undefined) return inParts([]);
  const reading = await readHome(context, options.home === undefined ? {} : { home: options.home });
  if ("problems" in reading) throw new ConfigError(reading.problems);
  const worktree = (await listWorktrees(reading.home)).find(({ task }) => task === first.name);
  if (worktree === undefined)
    throw new FailedError(
      `${first.name} has no worktree in ${reading.home}.`,
      `Name the folder of its runner with --home, or use: cc-orchestrator attach ${first.name}`,
    );
  const shell: Pane = { argv: ["env", context.env.SHELL || "sh"], folder: worktree.path, side: "right" };
  const server = options.server === undefined ? [] : ["--server", options.server];
  const status = [process.execPath, ...process.execArgv, process.argv[1] ?? "", "status", "--watch", ...server];
  const panes: Pane[] = layout === "split" ? [shell] : [shell, { argv: status, folder: null, side: "below" }];
  return inParts(panes);
}

/** The run with a terminal. @throws FailedError when none is under way, saying how the task stands */
function liveRunOf(task: Task): Run {
  const run = task.runs.findLast(({ status, attach }) => status === "in_progress" && attach !== null);
  if (run !== undefined) return run;
  const isStarting = task.runs.some(({ status }) => status === "in_progress");
  const why = whyOf(task);
  throw new FailedError(
    isStarting
      ? `${task.name} is being prepared and has no terminal yet.`
      : `${task.name} is not running: ${lookOf(task).word}${why === "" ? "" : `. ${why}`}`,
    isStarting ? "Try again in a moment." : `See what it did: cc-orchestrator task logs ${task.name}`,
  );
}
