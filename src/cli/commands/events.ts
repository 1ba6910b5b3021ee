import type { Command } from "commander";
import type { LiveEvent } from "#protocol/live.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { plainJson, plainLine } from "../plain.ts";
import { lookOf, whyOf } from "../task-view.ts";
import { clockTime } from "../time.ts";

type Options = ClientFlags & OutputFlags & { follow?: true };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .option("-f, --follow", "as it always does: until Ctrl-C; with --json one object per line")
    .addHelpText("after", "\nWhat Claude says is not among it: cc-orchestrator logs --follow")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const { server, token } = await context.connect(options);
  const { liveFrames } = await import("../live.ts");
  for await (const frame of liveFrames({ server, token, signal: new AbortController().signal })) {
    if (frame.kind === "gap") context.say("Something was missed: the connection was away too long.");
    if (frame.kind !== "event" || frame.event.body.kind === "log") continue;
    const at = new Date(context.now()).toISOString();
    if (options.json) context.print(`${plainJson({ at, ...frame.event }, 0)}\n`);
    else context.print(`${clockTime(at)} ${plainLine(wordsOf(frame.event))}\n`);
  }
}

function wordsOf({ body }: LiveEvent): string {
  if (body.kind === "task") return [body.task.name, lookOf(body.task).word, whyOf(body.task)].join("  ").trimEnd();
  if (body.kind === "runner") return `runner ${body.runner.name}  ${body.runner.state}, ${body.runner.busy} busy`;
  if (body.kind === "presence") return `${body.task}  at its terminal: ${body.watchers.join(", ") || "nobody"}`;
  if (body.kind === "act") return `${body.task}  ${body.by}: ${body.action}`;
  return body.kind;
}
