import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "./context.ts";
import { ConfigError, FailedError } from "./errors.ts";
import { readHome } from "./programs/configuration.ts";
import { createHome } from "./programs/kept.ts";
import type { ServerFlags } from "./serving.ts";

/** A start that takes longer than this hangs. */
const patienceMs = 60_000;

export type BackgroundFlags = ServerFlags & { runner: boolean; slots?: string; claude?: string };

/**
 * Starts `web start` as a process of its own that outlives this one, and prints its address when it answers.
 * @throws FailedError with the last words of its log when it does not come up
 */
export async function startInBackground(context: Context, options: BackgroundFlags): Promise<void> {
  const reading = await readHome(context, options);
  if ("problems" in reading) throw new ConfigError(reading.problems);
  await createHome(reading.home);
  const logFile = join(reading.home, "web.log");
  const log = openSync(logFile, "a", 0o600);
  const [, program = ""] = process.argv;
  const child = spawn(process.execPath, [...process.execArgv, program, "web", "start", ...flagsOf(options)], {
    cwd: context.folder,
    env: { ...context.env, CC_ORCHESTRATOR_BACKGROUND: "1" },
    stdio: ["ignore", log, log, "ipc"],
    detached: true,
  });
  const patience = AbortSignal.timeout(patienceMs);
  const coming = Promise.race([
    once(child, "message", { signal: patience }).then(([message]) => String((message as { url: unknown }).url)),
    once(child, "exit", { signal: patience }).then(() => null),
  ]).catch(() => null);
  const told = await context.busy("starting the control plane", () => coming);
  if (told === null) {
    child.kill("SIGTERM");
    throw new FailedError("The control plane did not come up.", await lastWords(logFile));
  }
  child.disconnect();
  child.unref();
  context.print(`${told}\n`);
  context.say(`It goes on in the background; its log is ${logFile}. End it: cc-orchestrator web stop`);
}

function flagsOf({ port, host, publicUrl, home, logLevel, slots, claude, runner }: BackgroundFlags): string[] {
  const given = { port, host, "public-url": publicUrl, home, "log-level": logLevel, slots, claude };
  const flags = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
  return runner ? flags : [...flags, "--no-runner"];
}

async function lastWords(logFile: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  const lines = (await readFile(logFile, "utf8")).trimEnd().split("\n").slice(-8);
  return [`The end of its log, ${logFile}:`, ...lines.map((line) => `  ${line}`)].join("\n");
}
