import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { sandboxCommand } from "./command.ts";
import { openOutputTail } from "./output-tail.ts";
import { BELOW, markedEnvironment, type SandboxPlan } from "./plan.ts";
import { processesOf, see, sweep } from "./sweep.ts";

export interface CommandResult {
  /** As shells tell it, 128 + n for signal n; null when it was ended by us. */
  code: number | null;
  /** The end of stdout and stderr, as they came: plain text, bounded, with a note of what was left out. */
  output: string;
  timedOut: boolean;
  durationMs: number;
}

const SWEEP_MS = 5_000;
/** How long output may take to arrive after everybody who could write it has ended. */
const DRAIN_MS = 2_000;
const OUTPUT_BYTES = 64 * 1024;

let count = 0;

/**
 * Runs one of the repository's own commands (setup, verify) with `sh -c` in the sandbox. `command` must come from the
 * default branch's policy, `env` must hold no secret: what runs here is what the agent wrote. Everything it started is
 * killed when it ends, when its time is over and when `cancel` is aborted. Does not reject for what the command does.
 */
export async function runCommand(options: {
  command: string;
  cwd: string;
  env: Readonly<Record<string, string>>;
  sandbox: SandboxPlan;
  timeoutMs: number;
  /** 64 KB unless told. */
  outputLimitBytes?: number;
  cancel?: AbortSignal;
}): Promise<CommandResult> {
  const { command, cwd, env, sandbox, timeoutMs, outputLimitBytes = OUTPUT_BYTES, cancel } = options;
  const started = performance.now();
  // Not the run's own mark: the agent may be alive, and ends on its own terms.
  const run = `${sandbox.run}${BELOW}command-${process.pid}-${++count}`;
  const [program = "", ...args] = sandboxCommand(sandbox, ["/bin/sh", "-c", command], cwd);
  const tail = openOutputTail(outputLimitBytes);
  const child = spawn(program, args, {
    cwd,
    env: markedEnvironment({ ...sandbox, run }, env),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  child.stdout.on("data", tail.write);
  child.stderr.on("data", tail.write);
  const drained = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const root = child.pid === undefined ? null : see(child.pid);
  const kill = () => sweep(() => processesOf(run, [root]), SWEEP_MS);

  let endedByUs = false;
  let timedOut = false;
  const end = () => {
    endedByUs = true;
    kill().catch((error: unknown) => tail.write(Buffer.from(`\nCould not end everything: ${error}\n`)));
  };
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, timeoutMs);
  cancel?.addEventListener("abort", end, { once: true });
  if (cancel?.aborted) end();

  try {
    const code = await new Promise<number | null>((resolve) => {
      child.once("exit", (exitCode) => resolve(exitCode));
      child.once("error", (error) => {
        if (child.pid !== undefined) return;
        tail.write(Buffer.from(`The command could not be started in ${cwd}: ${error.message}\n`));
        resolve(127);
      });
    });
    await kill();
    await Promise.race([drained, pause(DRAIN_MS)]);
    return {
      code: endedByUs ? null : code,
      output: tail.text(),
      timedOut,
      durationMs: Math.round(performance.now() - started),
    };
  } finally {
    clearTimeout(timer);
    cancel?.removeEventListener("abort", end);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}
