import type { Command } from "commander";
import pc from "picocolors";
import type { LogLine } from "#protocol/report.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { positive, taskName } from "../names.ts";
import { plain } from "../plain.ts";
import { clockTime } from "../time.ts";

type Options = ClientFlags & OutputFlags & { tail?: string };

const paints = {
  say: (text: string) => text,
  think: pc.dim,
  tool: pc.cyan,
  result: pc.dim,
  step: pc.bold,
  note: pc.yellow,
} as const satisfies Record<LogLine["kind"], (text: string) => string>;

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("<task>", "its name, as TASK-12")
    .option("--tail <lines>", "only the last ones (at most 10000)")
    .action((task: string, options: Options) => run(context, task, options));
}

async function run(context: Context, given: string, options: Options): Promise<void> {
  const name = taskName(given);
  const query = options.tail === undefined ? {} : { tail: positive("tail", options.tail, 10_000) };
  const { call } = await context.connect(options);
  const { lines } = await call("taskLogs", { params: { task: name }, query });
  if (options.json) return context.printJson({ lines });
  context.print(lines.map(render).join(""));
}

/** Time and kind before the first line of a text, its other lines beneath it. */
function render({ at, kind, text }: LogLine): string {
  const [first = "", ...rest] = plain(text).trimEnd().split("\n");
  const head = `${pc.dim(clockTime(at))} ${kind.padEnd(6)} `;
  const indent = " ".repeat("00:00:00 result ".length);
  return [`${head}${paints[kind](first)}`, ...rest.map((line) => `${indent}${paints[kind](line)}`)]
    .map((line) => `${line}\n`)
    .join("");
}
