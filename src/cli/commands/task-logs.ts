import type { Command } from "commander";
import type { LogLine } from "#protocol/report.ts";
import type { Task } from "#protocol/task.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { type LogFilterFlags, logFilter } from "../log-filter.ts";
import { renderLogLine } from "../log-lines.ts";
import { positive, taskName } from "../names.ts";
import { plainJson } from "../plain.ts";

type Options = ClientFlags & OutputFlags & LogFilterFlags & { tail?: string; follow?: true };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("<task>", "its name, as TASK-12")
    .option("--tail <lines>", "only the last ones (at most 10000)")
    .option("--grep <expression>", "only lines that this regular expression is in")
    .option("--since <time>", "only what is younger, as 10m, 2h, 3d or 2026-05-01")
    .option("--level <kind>", "note, step, say, tool, result or think: this and what matters more")
    .option("-f, --follow", "go on until nothing works on it any more; with --json one object per line")
    .action((task: string, options: Options) => (options.follow ? follow : run)(context, task, options));
}

async function run(context: Context, given: string, options: Options): Promise<void> {
  const call = asked(given, options);
  const isWanted = logFilter(options, context.now());
  const lines = (await (await context.connect(options)).call("taskLogs", call)).lines.filter(isWanted);
  if (options.json) return context.printJson({ lines });
  context.print(lines.map(renderLogLine).join(""));
}

async function follow(context: Context, given: string, options: Options): Promise<void> {
  const what = asked(given, options);
  const { call, server, token } = await context.connect(options);
  const { liveFrames } = await import("../live.ts");
  const leaving = new AbortController();
  const isWanted = logFilter(options, context.now());
  const print = (line: LogLine) =>
    isWanted(line) && context.print(options.json ? `${plainJson(line, 0)}\n` : renderLogLine(line));
  // What was loaded may come along the stream once more: each line is printed for one of the two.
  let loaded = new Set<string>();
  let newest = "";
  for await (const frame of liveFrames({ server, token, signal: leaving.signal })) {
    const isDone = async () => isAtRest((await call("showTask", { params: what.params })).task);
    if (frame.kind === "beat") {
      if (await isDone()) return leaving.abort();
    } else if (frame.kind !== "event") {
      const { lines } = await call("taskLogs", what);
      for (const line of lines) if (line.at > newest || frame.kind === "open") print(line);
      loaded = new Set(lines.map((line) => JSON.stringify(line)));
      newest = lines.at(-1)?.at ?? newest;
      if (await isDone()) return leaving.abort();
    }
    if (frame.kind !== "event") continue;
    const { body } = frame.event;
    if (body.kind === "log" && body.task === what.params.task) {
      for (const line of body.lines) if (!loaded.delete(JSON.stringify(line))) print(line);
      newest = body.lines.at(-1)?.at ?? newest;
    }
    if (body.kind === "task" && body.task.name === what.params.task && isAtRest(body.task)) return leaving.abort();
  }
}

/** No run is under way or about to be: a task is in review as soon as its branch is pushed, a little before its run ends. */
function isAtRest({ status, runs }: Task): boolean {
  return (status === "in_review" || status === "completed") && runs.every((run) => run.status === "completed");
}

function asked(given: string, options: Options) {
  const query = options.tail === undefined ? {} : { tail: positive("tail", options.tail, 10_000) };
  return { params: { task: taskName(given) }, query };
}
