import type { Command } from "commander";
import type { Context } from "../context.ts";
import { type ServerFlags, serve } from "../serving.ts";

type Options = ServerFlags & { background?: true; runner: boolean; slots?: string; claude?: string };

export function register(command: Command, context: Context): void {
  command
    .description("Starts the control plane. Without a GitHub App it works on repositories of this machine.")
    .option("-d, --background", "go on in the background; end it with: cc-orchestrator web stop")
    .option("--port <number>", "port to listen on (PORT; default 8080)")
    .option("--host <address>", "address to listen on (HOST; default 127.0.0.1)")
    .option("--public-url <url>", "where people reach it (CC_ORCHESTRATOR_PUBLIC_URL)")
    .option("--home <folder>", "folder of its state (CC_ORCHESTRATOR_HOME)")
    .option("--log-level <level>", "fatal, error, warn, info, debug, trace or silent (LOG_LEVEL)")
    .option("--slots <number>", "without a GitHub App: how many instances of Claude Code at a time")
    .option("--claude <program>", "without a GitHub App: Claude Code's program (default: claude on the PATH)")
    .option("--no-runner", "without a GitHub App: start no runner beside it")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  if (options.background !== true) return serve(context, options, options.runner ? "when local" : "never");
  const { startInBackground } = await import("../background.ts");
  await startInBackground(context, options);
}
