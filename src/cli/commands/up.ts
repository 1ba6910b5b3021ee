import type { Command } from "commander";
import type { Context } from "../context.ts";
import { type RunnerFlags, withRunnerFlags } from "../runner-flags.ts";
import { type ServerFlags, serve } from "../serving.ts";

export function register(command: Command, context: Context): void {
  withRunnerFlags(command)
    .option("--port <number>", "port to listen on (PORT; default 8080)")
    .option("--host <address>", "address to listen on (HOST; default 127.0.0.1)")
    .option("--public-url <url>", "where people reach it (CC_ORCHESTRATOR_PUBLIC_URL)")
    .action((options: ServerFlags & RunnerFlags) => serve(context, options, "always"));
}
