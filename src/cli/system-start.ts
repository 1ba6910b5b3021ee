import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { agrees } from "./ask.ts";
import type { Context } from "./context.ts";
import { FailedError } from "./errors.ts";
import { oneOf } from "./names.ts";
import { type ServiceFile, type ServiceKind, serviceFile } from "./service-file.ts";

export type ServiceFlags = { kind?: string; home?: string };

const run = promisify(execFile);
const kinds = ["systemd", "launchd"] as const satisfies readonly ServiceKind[];

/** What lets this machine's system start the runner. @throws UsageError */
export function serviceFor(context: Context, { kind, home }: ServiceFlags): ServiceFile {
  const own = process.platform === "darwin" ? "launchd" : "systemd";
  return serviceFile(kind === undefined ? own : oneOf("kind", kinds, kind), {
    home: context.env.HOME || homedir(),
    program: [process.execPath, process.argv[1] ?? "cc-orchestrator"],
    path: context.env.PATH ?? "/usr/local/bin:/usr/bin:/bin",
    state: home ?? context.env.CC_ORCHESTRATOR_HOME ?? null,
  });
}

/** Shows the file, and asks whether it may be written where nobody has said so. */
export async function isServiceWanted(context: Context, file: ServiceFile, isAgreed: boolean): Promise<boolean> {
  context.say(`${file.path}:\n`);
  context.print(file.content);
  return isAgreed || agrees(context, "\nWrite it and start it? [Y/n] ");
}

/** Writes it and has the system start it. @throws FailedError when the system does not */
export async function installStart(context: Context, file: ServiceFile): Promise<void> {
  mkdirSync(dirname(file.path), { recursive: true });
  writeFileSync(file.path, file.content, { mode: 0o644 });
  for (const [program = "", ...args] of file.start) {
    try {
      await run(program, args, { env: { ...context.env }, timeout: 30_000 });
    } catch (error) {
      const why = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
      const lines = file.start.map((line) => line.join(" ")).join(" && ");
      throw new FailedError(`It is written, but could not be started: ${why}`, `Start it by hand: ${lines}`);
    }
  }
  context.say(`It runs. ${file.log}`);
}
