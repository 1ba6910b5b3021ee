import type { Command } from "commander";
import type { Context, OutputFlags } from "../context.ts";
import { ConfigError, FailedError, UsageError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { positive, repositoryName, taskName } from "../names.ts";
import { plainLine } from "../plain.ts";
import { readHome } from "../programs/configuration.ts";
import { findSavedWork, type SavedWork } from "../programs/state.ts";
import { type Column, renderTable } from "../table.ts";

type Options = OutputFlags & {
  list?: true;
  number?: string;
  branch?: string;
  repository?: string;
  home?: string;
};

export function register(command: Command, context: Context): void {
  command
    .argument("<task>", "its name, as TASK-12")
    .option("--list", "only list what there is")
    .option("--number <n>", "this one of the list; the newest unless told")
    .option("--branch <name>", "the branch to make of it; recovered/task-12 unless told")
    .option("--repository <owner/name>", "only this repository's, where there is work of several")
    .option("--home <folder>", "folder of this machine's state (CC_ORCHESTRATOR_HOME)")
    .option("--json", "print JSON for programs")
    .action((task: string, options: Options) => run(context, task, options));
}

async function run(context: Context, given: string, options: Options): Promise<void> {
  const task = taskName(given);
  const number = options.number === undefined ? null : positive("number", options.number);
  const repository = options.repository === undefined ? null : repositoryName(options.repository);
  const branch = branchName(options.branch ?? `recovered/${task.toLowerCase()}`);
  const reading = await readHome(context, options);
  if ("problems" in reading) throw new ConfigError(reading.problems);
  const of = { home: reading.home, task, folder: context.folder, repository };
  const saved = await context.busy("looking for saved work", () => findSavedWork(of));
  const rows = saved.work.map((work, index) => ({ number: index + 1, ...work }));
  if (saved.trouble !== null) {
    context.say(`The remote of this checkout could not be asked: ${plainLine(saved.trouble)}`);
  }
  for (const folder of saved.kept) context.say(`A worktree of ${task} was kept whole at ${plainLine(folder)}`);
  if (rows.length === 0 && saved.kept.length === 0) context.exitCode = exitCodes.notFound;
  if (options.list || rows.length === 0) {
    if (options.json) return context.printJson({ task, saved: rows, kept: saved.kept });
    if (rows.length > 0) return context.print(renderTable(columns, rows, context.columns));
    return context.say(
      `No saved work of ${task} is in ${plainLine(reading.home)}${saved.checkout === null ? "" : " or on the remote of this checkout"}. Run this on the runner's machine, or within a checkout of the repository.`,
    );
  }
  const chosen = number === null ? rows.at(-1) : rows[number - 1];
  if (chosen === undefined) {
    throw new UsageError(`There is no number ${number} of ${task}.`, "See what there is with --list.");
  }
  const several = new Set(rows.map((one) => one.repository.toLowerCase()));
  if (several.size > 1 && number === null) {
    throw new UsageError(
      `There is saved work of a ${task} of ${[...several].join(" and of ")}.`,
      "Say which with --repository, or --number of the list that --list prints.",
    );
  }
  const fitting = saved.checkout?.repository === chosen.repository.toLowerCase() ? saved.checkout : null;
  const command = commandFor(chosen, branch);
  if (fitting === null) {
    if (options.json) return context.printJson({ task, recovered: chosen, branch: null, command });
    context.say(`This is no checkout of ${plainLine(chosen.repository)}. Within one, this brings the work in:`);
    return context.print(`${command.map(quoted).join(" ")}\n`);
  }
  const made = await fitting.bringIn(chosen, branch).catch((error: unknown) => {
    throw new FailedError(
      `Git could not bring the work in: ${error instanceof Error ? error.message : String(error)}`,
      `Try it by hand: ${command.map(quoted).join(" ")}`,
    );
  });
  if (options.json) return context.printJson({ task, recovered: chosen, branch: made, command: null });
  context.print(`${made}\n`);
  context.say(`Saved work of ${task} is the branch ${made} now. Look at it with: git switch ${made}`);
}

const columns: readonly Column<SavedWork & { number: number }>[] = [
  { title: "#", value: (one) => String(one.number) },
  { title: "SAVED", value: (one) => one.savedAt ?? "?" },
  { title: "COMMIT", value: (one) => one.sha.slice(0, 10) },
  { title: "WHAT", value: (one) => one.subject ?? "", shrinks: true },
  { title: "REF", value: (one) => one.ref },
  { title: "WHERE", value: (one) => one.from, shrinks: true, optional: true },
];

function commandFor(work: SavedWork, branch: string): string[] {
  return ["git", "fetch", work.from, `${work.ref}:refs/heads/${branch}`];
}

function branchName(given: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._/-]{0,100}$/.test(given) && !/\.\.|\/\/|\.lock$|[./]$/.test(given)) return given;
  throw new UsageError(
    `${plainLine(given)} cannot be a branch's name.`,
    "Use letters, digits, dots, dashes and slashes.",
  );
}

/** As a shell reads one word. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
