import type { Command } from "commander";
import type { ReconcileReport, RepositoryReport } from "#protocol/reconcile.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { counted } from "../counted.ts";
import { exitCodes } from "../exit-codes.ts";
import { linesOfHere, lookHere } from "../left-here.ts";
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
  const { report } = await context.busy("comparing everything with GitHub", () =>
    call("reconcile", { body, timeoutMs }),
  );
  const { here, problem } = await lookHere(context);
  const problems = [...report.problems, ...report.repositories.flatMap((one) => one.problems)];
  if (problems.length > 0 || problem !== null) context.exitCode = exitCodes.failed;
  if (problem !== null) context.say(plainLine(problem));
  if (options.json) return context.printJson({ report, here });
  for (const line of [...linesOf(report), ...linesOfHere(here)]) context.print(`${plainLine(line)}\n`);
  for (const one of problems) context.say(plainLine(one));
}

function linesOf(report: ReconcileReport): string[] {
  const { repositories, redelivered, leases } = report;
  const found = repositories.flatMap(foundIn);
  const looked = counted(repositories.length, "repository", "repositories");
  if (found.length + redelivered + leases === 0) return [`Nothing differs in ${looked}.`];
  const sum = (of: (one: RepositoryReport) => readonly unknown[]) =>
    repositories.reduce((count, one) => count + of(one).length, 0);
  const counts = [
    counted(redelivered, "delivery", "deliveries"),
    counted(leases, "lease"),
    counted(
      sum(({ submitted, withdrawn }) => [...submitted, ...withdrawn]),
      "issue",
    ),
    counted(
      sum(({ followed }) => followed),
      "pull request",
    ),
    counted(
      sum(({ due }) => due),
      "follow-up",
    ),
    `${counted(
      sum(({ opened }) => opened),
      "branch",
      "branches",
    )} without a pull request`,
    counted(
      sum(({ repaired }) => repaired),
      "surface",
    ),
  ];
  if (redelivered > 0) found.unshift(`asked GitHub to deliver ${redelivered} again`);
  if (leases > 0) found.unshift(`ended ${counted(leases, "lease")} past ${leases === 1 ? "its" : "their"} time`);
  return [...found, `Set right in ${looked}: ${counts.join(", ")}.`];
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
