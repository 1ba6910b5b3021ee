import type { Command } from "commander";
import { colours as pc } from "../colours.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { plainLine } from "../plain.ts";
import { renderStatus } from "../status-page.ts";

type Options = ClientFlags & OutputFlags & { watch?: true };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .option("--watch", "go on showing it as it changes, until q; with --json one object per line")
    .action((options: Options) => (options.watch ? watch(context, options) : run(context, options)));
}

export async function run(context: Context, options: Options): Promise<void> {
  const { call, server } = await context.connect(options);
  const [health, { tasks }, { runners }] = await Promise.all([call("health"), call("listTasks"), call("listRunners")]);
  if (options.json) return context.printJson({ server: { url: server, ...health }, tasks, runners });
  const page = renderStatus(tasks, runners, context.now(), context.columns);
  const trouble = health.trouble === undefined ? "" : `${pc.red(plainLine(health.trouble))}\n`;
  context.print(`${pc.bold("cc-orchestrator")} ${health.version} at ${server}\n${trouble}${page}`);
}

async function watch(context: Context, options: Options): Promise<void> {
  const { watchStatus } = await import("../watch-status.ts");
  await watchStatus(context, options, context.terminal);
}
