import type { Command } from "commander";

/** What can be said about a runner on the command line; the rest stands in the environment or in config.yaml. */
export type RunnerFlags = {
  name?: string;
  labels?: string;
  slots?: string;
  repository?: string[];
  home?: string;
  claude?: string;
  logLevel?: string;
};

export function withRunnerFlags(command: Command): Command {
  return command
    .option("--name <name>", "the runner's name (default: this machine's)")
    .option("--labels <labels>", "what it has, separated by commas, as linux,gpu")
    .option("--slots <number>", "how many instances of Claude Code at a time (default: half the processors)")
    .option("--repository <owner/name>", "work only for this one (may be repeated)", append)
    .option("--home <folder>", "folder of its state (CC_ORCHESTRATOR_HOME)")
    .option("--claude <program>", "Claude Code's program (default: claude on the PATH)")
    .option("--log-level <level>", "fatal, error, warn, info, debug, trace or silent (LOG_LEVEL)");
}

function append(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
