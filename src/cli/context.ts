import type { EventEmitter } from "node:events";
import type { Command } from "commander";
import type { Logger } from "pino";
import { type Client, openClient } from "#protocol/client.ts";
import type { Busy } from "./busy.ts";
import { openCaller } from "./caller.ts";
import { ConfigError } from "./errors.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Life } from "./long-lived.ts";
import { plainJson } from "./plain.ts";
import { readAccess } from "./programs/configuration.ts";

/** The process around a command line, or what a test puts in its place. */
export type Surroundings = {
  env: Readonly<Record<string, string | undefined>>;
  /** The working directory. */
  folder: string;
  stdout: Output;
  stderr: Output;
  /** What a person types; absent where nobody can. */
  keyboard?: () => Keyboard;
  /** All of stdin; empty where nobody writes to it. */
  readStdin?: () => string;
  /** Emits SIGINT, SIGTERM and SIGWINCH. */
  signals: EventEmitter;
  /** Ends the process at once. */
  exit: (code: number) => void;
};

export type Output = { write: (text: string) => unknown; isTTY?: boolean; columns?: number; rows?: number };
export type Keyboard = Pick<NodeJS.ReadStream, "isTTY" | "setRawMode" | "on" | "off" | "resume" | "pause">;

/** What a command has of the world: where it writes, and how it reaches the server. */
export type Context = {
  env: Surroundings["env"];
  folder: string;
  /** Data, for stdout: exactly this text. */
  print: (text: string) => void;
  /** One object for programs, on stdout. */
  printJson: (value: unknown) => void;
  /** All that comes on stdin. */
  readStdin: () => string;
  /** Talk, for stderr: one line. */
  say: (line: string) => void;
  /** Carries out what may take more than a moment; a terminal shows `doing` meanwhile: "copying the state". */
  busy: <T>(doing: string, work: () => Promise<T>) => Promise<T>;
  /** Width of the terminal; null for a pipe or a file. */
  columns: number | null;
  now: () => number;
  /** Who sits here, for "cancelled by". */
  person: string;
  /** A caller of the server as the flags, the environment and config.yaml name it. */
  connect: (flags: ClientFlags & OutputFlags) => Promise<{ call: Client; server: string; token: string | null }>;
  /** Holds what the server has answered to the contract; throws UnreachableError when it is not what ours answers. */
  recheck: () => Promise<void>;
  /** The log of a long-lived program, on stderr. */
  openLog: (level: string) => Promise<Logger>;
  /** The terminal as a whole, for what redraws itself; null where there is none. */
  terminal: Terminal | null;
  /** Lives until the program has ended or was told to end; decides the exit code. */
  live: (life: Life) => Promise<void>;
  exitCode: number;
};

export type Terminal = { stdout: Output; keyboard: () => Keyboard; signals: EventEmitter };

export type ClientFlags = { server?: string | undefined; profile?: string | undefined };
export type OutputFlags = { json?: true | undefined };

/** The flags of every command that talks to a server and shows something. */
export function withClientFlags(command: Command): Command {
  return command
    .option("--server <url>", "server to talk to (CC_ORCHESTRATOR_SERVER; default http://127.0.0.1:8080)")
    .option("--profile <name>", "one of `profile list` (CC_ORCHESTRATOR_PROFILE; default: the one in use)")
    .option("--json", "print JSON for programs; --json=name,status picks fields");
}

export function openContext(around: Surroundings): Context {
  const { env, folder, stdout, stderr, signals, exit } = around;
  let shown: Busy | null = null;
  const print = (text: string) => {
    shown?.hide();
    stdout.write(text);
  };
  const say = (line: string) => {
    shown?.hide();
    stderr.write(`${line}\n`);
  };
  const interrupted = () => {
    shown?.hide();
    exit(exitCodes.interrupted);
  };
  const context: Context = {
    env,
    folder,
    print,
    printJson: (value) => print(`${plainJson(value)}\n`),
    say,
    busy: async (doing, work) => {
      if (stderr.isTTY !== true || env.TERM === "dumb" || shown !== null) return work();
      const { showBusy } = await import("./busy.ts");
      const busy = showBusy(stderr, doing);
      shown = busy;
      // Without anybody who listens, it would end with the line left there.
      const isHeard = signals.listenerCount("SIGINT") > 0;
      if (!isHeard) signals.once("SIGINT", interrupted);
      try {
        return await work();
      } finally {
        if (!isHeard) signals.off("SIGINT", interrupted);
        busy.end();
        shown = null;
      }
    },
    readStdin: around.readStdin ?? (() => ""),
    columns: columnsOf(around),
    now: Date.now,
    get person() {
      return process.getBuiltinModule("node:os").userInfo().username;
    },
    connect: async (flags) => {
      // A command that only asks and shows ends at once; the long-lived programs listen for themselves.
      // They do so when the first question is on its way: Node takes a while for it, and until then the system ends the
      // program just as well.
      setImmediate(() => setImmediate(() => signals.once("SIGINT", interrupted)));
      const access = await readAccess(env, flags);
      if ("problems" in access) throw new ConfigError(access.problems);
      const { server, token } = access;
      // What programs read keeps to the contract to the letter.
      if (flags.json) return { ...access, call: openClient(server, token) };
      const { call, recheck } = openCaller(server, token);
      context.recheck = recheck;
      return { ...access, call };
    },
    recheck: () => Promise.resolve(),
    openLog: async (level) => (await import("./log.ts")).openLog(level, stderr),
    terminal: stdout.isTTY && around.keyboard !== undefined ? { stdout, keyboard: around.keyboard, signals } : null,
    live: async (life) => {
      const { live } = await import("./long-lived.ts");
      context.exitCode = await live(life, say, signals, exit);
    },
    exitCode: exitCodes.done,
  };
  return context;
}

/** COLUMNS counts where somebody set it, for a pipe has no width of its own. */
function columnsOf({ env, stdout }: Surroundings): number | null {
  const given = Number(env.COLUMNS);
  if (Number.isInteger(given) && given > 0) return given;
  return stdout.isTTY ? (stdout.columns ?? null) : null;
}
