import { userInfo } from "node:os";
import type { Command } from "commander";
import type { Client } from "#protocol/client.ts";
import { ConfigError } from "./errors.ts";
import { exitCodes } from "./exit-codes.ts";
import { plainJson } from "./plain.ts";

/** What a command has of the world: where it writes, and how it reaches the server. */
export type Context = {
  env: Readonly<Record<string, string | undefined>>;
  /** Data, for stdout: exactly this text. */
  print: (text: string) => void;
  /** One object for programs, on stdout. */
  printJson: (value: unknown) => void;
  /** Talk, for stderr: one line. */
  say: (line: string) => void;
  /** Width of the terminal; null for a pipe or a file. */
  columns: number | null;
  now: () => number;
  /** Who sits here, for "cancelled by". */
  person: string;
  /** A caller of the server as the flags, the environment and config.yaml name it. */
  connect: (flags: ClientFlags) => Promise<{ call: Client; server: string; token: string | null }>;
};

export type ClientFlags = { server?: string | undefined };
export type OutputFlags = { json?: true | undefined };

/** The flags of every command that talks to a server and shows something. */
export function withClientFlags(command: Command): Command {
  return command
    .option("--server <url>", "server to talk to (CC_ORCHESTRATOR_SERVER; default http://127.0.0.1:8080)")
    .option("--json", "print JSON for programs");
}

export function openContext(process: NodeJS.Process): Context {
  const print = (text: string) => void process.stdout.write(text);
  return {
    env: process.env,
    print,
    printJson: (value) => print(`${plainJson(value)}\n`),
    say: (line) => void process.stderr.write(`${line}\n`),
    columns: columnsOf(process),
    now: Date.now,
    person: userInfo().username,
    connect: async (flags) => {
      // A command that only asks and shows ends at once; the long-lived programs listen for themselves.
      process.once("SIGINT", () => process.exit(exitCodes.interrupted));
      const [{ readAccess }, { openClient }] = await Promise.all([
        import("./programs.ts"),
        import("#protocol/client.ts"),
      ]);
      const access = await readAccess(process.env, flags);
      if ("problems" in access) throw new ConfigError(access.problems);
      return { ...access, call: openClient(access.server, access.token) };
    },
  };
}

/** COLUMNS counts where somebody set it, for a pipe has no width of its own. */
function columnsOf(process: NodeJS.Process): number | null {
  const given = Number(process.env.COLUMNS);
  if (Number.isInteger(given) && given > 0) return given;
  return process.stdout.isTTY ? (process.stdout.columns ?? null) : null;
}
