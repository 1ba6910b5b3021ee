import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname } from "node:path";
import { promisify } from "node:util";
import type { Command } from "commander";
import { agrees } from "../ask.ts";
import type { Context, OutputFlags } from "../context.ts";
import { FailedError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { type ServiceKind, serviceFile } from "../service-file.ts";

type Options = OutputFlags & { yes?: true; kind?: string; home?: string };

const run = promisify(execFile);

export function register(command: Command, context: Context): void {
  command
    .description("Lets the system start this machine's runner: a systemd user unit, or a launchd agent on a Mac.")
    .option("--yes", "write and start it without asking")
    .option("--kind <kind>", "systemd or launchd (default: this system's)")
    .option("--home <folder>", "folder of the runner's state (CC_ORCHESTRATOR_HOME)")
    .option("--json", "print JSON for programs")
    .action((options: Options) => install(context, options));
}

async function install(context: Context, options: Options): Promise<void> {
  const kind: ServiceKind = (options.kind ?? (process.platform === "darwin" ? "launchd" : "systemd")) as ServiceKind;
  if (kind !== "systemd" && kind !== "launchd")
    throw new FailedError(`There is no kind ${String(kind)}.`, "Write one of: systemd, launchd.");
  const file = serviceFile(kind, {
    home: context.env.HOME || homedir(),
    program: [process.execPath, process.argv[1] ?? "cc-orchestrator"],
    path: context.env.PATH ?? "/usr/local/bin:/usr/bin:/bin",
    state: options.home ?? context.env.CC_ORCHESTRATOR_HOME ?? null,
  });
  if (!options.json) {
    context.say(`${file.path}:\n`);
    context.print(file.content);
  }
  const isWanted =
    options.yes === true || (!options.json && (await agrees(context, "\nWrite it and start it? [Y/n] ")));
  if (isWanted) {
    mkdirSync(dirname(file.path), { recursive: true });
    writeFileSync(file.path, file.content, { mode: 0o644 });
  }
  if (options.json) context.printJson({ ...file, written: isWanted });
  if (!isWanted) {
    context.exitCode = exitCodes.failed;
    return context.say("Nothing was written; --yes writes it without asking.");
  }
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
