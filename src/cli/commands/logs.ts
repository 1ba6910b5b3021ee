import type { Command } from "commander";
import type { Client } from "#protocol/client.ts";
import type { LogLine } from "#protocol/report.ts";
import type { ResponseOf } from "#protocol/routes.ts";
import { colours as pc } from "../colours.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { type LogFilterFlags, levels, logFilter } from "../log-filter.ts";
import { renderLogLine } from "../log-lines.ts";
import { oneOf, positive, taskName } from "../names.ts";
import { plainJson } from "../plain.ts";
import { instantBefore } from "../time-given.ts";

type Options = ClientFlags & OutputFlags & LogFilterFlags & { task?: string; follow?: true; tail: string };

/** Of each of the newest tasks that have anything to say. */
const mostTasks = 20;

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .option("--task <task>", "only this one's, as TASK-12")
    .option("--grep <expression>", "only lines that this regular expression is in")
    .option("--since <time>", "only what is younger, as 10m, 2h, 3d or 2026-05-01")
    .option("--level <kind>", "note, step, say, tool, result or think: this and what matters more")
    .option("--tail <lines>", "so many of the last ones of each task; with --grep, of all that are found", "50")
    .option("-f, --follow", "go on until Ctrl-C; with --json one object per line")
    .action((options: Options) => run(context, options));
}

type Told = LogLine & { task: string };

async function run(context: Context, options: Options): Promise<void> {
  const isWanted = logFilter(options, context.now());
  const tail = positive("tail", options.tail, 10_000);
  const only = options.task === undefined ? null : taskName(options.task);
  const { call, server, token } = await context.connect(options);
  if (options.grep !== undefined && options.follow !== true) {
    const found = await searched(call, { ...options, grep: options.grep, only, tail, now: context.now() });
    return tell(context, options, found.filter(isWanted), only === null);
  }
  const names = only === null ? (await call("listTasks")).tasks.slice(0, mostTasks).map(({ name }) => name) : [only];
  const loaded = await Promise.all(
    names.map(async (task): Promise<Told[]> => {
      const { lines } = await call("taskLogs", { params: { task }, query: { tail } });
      return lines.filter(isWanted).map((line) => ({ ...line, task }));
    }),
  );
  const told = loaded.flat().sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
  if (options.follow !== true) return tell(context, options, told, only === null);
  const isJson = options.json === true;
  const print = (line: Told) => context.print(isJson ? `${plainJson(line, 0)}\n` : rendered(line, only === null));
  for (const line of told) print(line);
  const { liveFrames } = await import("../live.ts");
  for await (const frame of liveFrames({ server, token, signal: new AbortController().signal })) {
    if (frame.kind !== "event" || frame.event.body.kind !== "log") continue;
    const { task, lines } = frame.event.body;
    if (only === null || task === only) for (const line of lines) if (isWanted(line)) print({ ...line, task });
  }
}

function tell(context: Context, { json }: Options, lines: readonly Told[], isNamed: boolean): void {
  if (json) context.printJson({ lines });
  else for (const line of lines) context.print(rendered(line, isNamed));
}

/** The server looks through all there is, the newest runs first, until so many lines were found. The oldest comes first. */
async function searched(
  call: Client,
  of: { grep: string; level?: string; since?: string; only: string | null; tail: number; now: number },
): Promise<Told[]> {
  const found: Told[] = [];
  const from = of.since === undefined ? undefined : new Date(instantBefore("since", of.since, of.now)).toISOString();
  let cursor: string | null = null;
  do {
    const page: ResponseOf<"searchLogs"> = await call("searchLogs", {
      query: {
        q: of.grep,
        regex: "1",
        limit: Math.min(1_000, of.tail - found.length),
        ...(of.only === null ? {} : { task: of.only }),
        ...(from === undefined ? {} : { from }),
        ...(of.level === undefined ? {} : { level: oneOf("level", levels, of.level) }),
        ...(cursor === null ? {} : { cursor }),
      },
    });
    found.push(...page.lines.map(({ at, kind, text, task }) => ({ at, kind, text, task })));
    cursor = page.next;
  } while (cursor !== null && found.length < of.tail);
  return found.sort((one, other) => one.at.localeCompare(other.at));
}

function rendered(line: Told, isNamed: boolean): string {
  const text = renderLogLine(line);
  return isNamed ? `${pc.bold(line.task.padEnd(8))} ${text}` : text;
}
