import { spawn } from "node:child_process";
import type { Command } from "commander";
import { agrees } from "../ask.ts";
import type { Context } from "../context.ts";
import { ConfigError, FailedError, NotFoundError, UsageError } from "../errors.ts";
import { taskName } from "../names.ts";
import { readHome } from "../programs/configuration.ts";
import { listWorktrees, removeWorktree, type WorktreeHere } from "../programs/here.ts";
import { type Column, renderTable } from "../table.ts";

/** The worktrees of this machine's runners. Nobody else has them, so no server is asked. */
type Options = { home?: string; json?: true; yes?: true };

export const list = {
  register(command: Command, context: Context): void {
    flagged(command).action(async (options: Options) => {
      const worktrees = await here(context, options);
      if (options.json) return context.printJson({ worktrees });
      if (worktrees.length === 0) return context.say("There is none on this machine: they go when their work is safe.");
      context.print(renderTable(columns, worktrees, context.columns));
    });
  },
};

export const path = {
  register(command: Command, context: Context): void {
    named(flagged(command)).action(async (task: string, options: Options) => {
      const one = await only(context, task, options);
      if (options.json) return context.printJson(one);
      context.print(`${one.path}\n`);
    });
  },
};

export const open = {
  register(command: Command, context: Context): void {
    named(flagged(command))
      .addHelpText("after", "\nA shell in it; `exit` leaves. Claude may be at work in it at the same time.")
      .action(async (task: string, options: Options) => {
        const one = await only(context, task, options);
        if (options.json) return context.printJson(one);
        if (context.terminal === null) return context.print(`${one.path}\n`);
        context.say(`${one.path} (exit leaves)`);
        context.exitCode = await shellIn(context, one.path);
      });
  },
};

export const remove = {
  register(command: Command, context: Context): void {
    named(flagged(command))
      .option("--yes", "without asking")
      .addHelpText("after", "\nWork that was never pushed is saved first: cc-orchestrator task recover")
      .action(async (task: string, options: Options) => {
        const one = await only(context, task, options);
        if (one.isBusy)
          throw new FailedError(
            `${one.task} is being worked on there.`,
            `Stop it first: cc-orchestrator task cancel ${one.task}`,
          );
        await confirmed(context, options, `Remove the worktree of ${one.task}?`);
        const removed = await takeAway(context, one);
        if (options.json) context.printJson({ removed: [removed] });
      });
  },
};

export const prune = {
  register(command: Command, context: Context): void {
    flagged(command)
      .option("--yes", "without asking")
      .addHelpText("after", "\nRemoves those that no run works in. Work that was never pushed is saved first.")
      .action(async (options: Options) => {
        const idle = (await here(context, options)).filter(({ isBusy }) => !isBusy);
        if (idle.length > 0) await confirmed(context, options, `Remove ${idle.map(({ task }) => task).join(", ")}?`);
        const removed = [];
        for (const one of idle) removed.push(await takeAway(context, one));
        if (options.json) context.printJson({ removed });
        else if (removed.length === 0) context.say("There is nothing to remove.");
      });
  },
};

function flagged(command: Command): Command {
  return command
    .option("--home <folder>", "folder of this machine's state (CC_ORCHESTRATOR_HOME)")
    .option("--json", "print JSON for programs");
}

function named(command: Command): Command {
  return command.argument("<task>", "its name, as TASK-12");
}

async function here(context: Context, options: Options): Promise<WorktreeHere[]> {
  const reading = await readHome(context, options);
  if ("problems" in reading) throw new ConfigError(reading.problems);
  return listWorktrees(reading.home);
}

async function only(context: Context, given: string, options: Options): Promise<WorktreeHere> {
  const name = taskName(given);
  const one = (await here(context, options)).find(({ task }) => task === name);
  if (one !== undefined) return one;
  throw new NotFoundError(
    `${name} has no worktree on this machine.`,
    "It has one while it is worked on, on its runner's machine; its work is on its branch.",
  );
}

async function confirmed(context: Context, options: Options, question: string): Promise<void> {
  if (options.yes === true || (await agrees(context, `${question} [Y/n] `))) return;
  throw new UsageError("Nothing was removed.", "--yes answers the question.");
}

async function takeAway(context: Context, one: WorktreeHere) {
  const removal = await removeWorktree(one);
  if (removal === null)
    throw new FailedError(
      `${one.path} is no worktree that can be removed safely.`,
      "Look at it, then remove it by hand.",
    );
  const { saved, keptAt } = removal;
  if (keptAt !== null) context.say(`${one.task}: not all of it could be saved, so it was kept at ${keptAt}`);
  else if (saved !== null)
    context.say(`${one.task}: removed. Its unpublished work: cc-orchestrator task recover ${one.task}`);
  else context.say(`${one.task}: removed; all of its work is on its branch.`);
  return { task: one.task, saved, keptAt };
}

function shellIn(context: Context, folder: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(context.env.SHELL || "sh", [], { cwd: folder, env: { ...context.env }, stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

const columns: readonly Column<WorktreeHere>[] = [
  { title: "TASK", value: ({ task }) => task },
  { title: "REPOSITORY", value: ({ repository }) => repository, shrinks: true },
  { title: "BRANCH", value: ({ branch }) => branch ?? "-", shrinks: true },
  { title: "USE", value: ({ isBusy }) => (isBusy ? "being worked on" : "idle") },
  { title: "PATH", value: ({ path: place }) => place, shrinks: true, optional: true },
];
