import { spawn } from "node:child_process";
import type { Command } from "commander";
import { placeOf } from "../branch-place.ts";
import { askGit } from "../checkout.ts";
import { type ClientFlags, type Context, withClientFlags } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { taskName } from "../names.ts";

type Options = ClientFlags & { json?: true; stat?: true };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("<task>", "its name, as TASK-12")
    .option("--stat", "only which files, and how much")
    .action((task: string, options: Options) => run(context, task, options));
}

async function run(context: Context, given: string, options: Options): Promise<void> {
  const name = taskName(given);
  const { call } = await context.connect(options);
  const { task } = await call("showTask", { params: { task: name } });
  const { folder, range } = await placeOf(task, context);
  if (options.json) {
    const numbers = await askGit(folder, ["diff", "--numstat", range, "--"]);
    return context.printJson({ task: name, folder, range, files: filesOf(numbers ?? "") });
  }
  const args = ["diff", ...(options.stat ? ["--stat"] : []), range, "--"];
  // A person's own git, with their pager and colours.
  if (context.terminal !== null) {
    if ((await shown(folder, args)) !== 0) context.exitCode = exitCodes.failed;
    return;
  }
  context.print(`${(await askGit(folder, args)) ?? ""}\n`);
}

function shown(folder: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", [...args], { cwd: folder, stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

function filesOf(numbers: string) {
  return numbers.split("\n").flatMap((line) => {
    const [insertions, deletions, path] = line.split("\t");
    return path === undefined ? [] : [{ path, insertions: Number(insertions) || 0, deletions: Number(deletions) || 0 }];
  });
}
