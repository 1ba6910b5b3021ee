import type { Command } from "commander";
import type { ReconcileReport, RepositoryReport } from "#protocol/reconcile.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { plainLine } from "../plain.ts";

type Options = ClientFlags & OutputFlags & { repository?: string };

/** A large organisation has many repositories to look at. */
const timeoutMs = 10 * 60_000;

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .option("--repository <owner/name>", "only this one")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const { call } = await context.connect(options);
  const body = options.repository === undefined ? {} : { repository: options.repository };
  const { report } = await call("reconcile", { body, timeoutMs });
  const problems = [...report.problems, ...report.repositories.flatMap((one) => one.problems)];
  if (problems.length > 0) context.exitCode = exitCodes.failed;
  if (options.json) return context.printJson({ report });
  for (const line of linesOf(report)) context.print(`${plainLine(line)}\n`);
  for (const problem of problems) context.say(plainLine(problem));
}

function linesOf(report: ReconcileReport): string[] {
  const found = report.repositories.flatMap(foundIn);
  if (report.redelivered > 0) found.unshift(`asked GitHub to deliver ${report.redelivered} again`);
  const looked = `${report.repositories.length} ${report.repositories.length === 1 ? "repository" : "repositories"}`;
  return found.length === 0 ? [`Nothing differs in ${looked}.`] : found;
}

function foundIn(one: RepositoryReport): string[] {
  const rows: [string, readonly (string | number)[]][] = [
    ["took up issue", one.submitted],
    ["withdrew issue", one.withdrawn],
    ["followed pull request", one.followed],
    ["looks again at", one.due],
    ["opens a pull request for", one.opened],
    ["writes again", one.repaired],
  ];
  return rows.flatMap(([what, list]) =>
    list.map((each) => `${one.repository}: ${what} ${typeof each === "number" ? `#${each}` : each}`),
  );
}
