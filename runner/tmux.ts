import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { openControlReader, placeFormat, type View } from "#runner/terminal/control-lines.ts";
import { socketArguments, socketPath } from "#runner/terminal/socket.ts";

/**
 * The only file that speaks tmux. One private server: no configuration of the person's, no environment but a handful
 * of harmless variables (tmux hands its own to every pane), nothing on that lets a program in a pane reach out of it
 * (S40). No text from outside is ever part of a name, a title or a format, because `#(…)` in one of them executes:
 * names are checked, working folders and prompts travel in files.
 */
export interface Tmux {
  /**
   * Starts a session whose only pane runs `argv` without a shell, with `env` besides the server's few variables. What is
   * in `env` can be read with `tmux show-environment`: no secrets. @throws TmuxFailed, TerminalExists
   */
  startSession(session: {
    name: string;
    columns: number;
    rows: number;
    argv: readonly string[];
    env: Readonly<Record<string, string>>;
    /** The name of a session that is to become this one, where there is one: who is attached to it stays. */
    inPlaceOf: string | null;
  }): Promise<void>;
  /** Every session of the server with the process in its pane; empty when the server is not running. */
  sessions(): Promise<{ name: string; alive: boolean; pid: number }[]>;
  /** Ends a session; it may be gone already. */
  endSession(name: string): Promise<void>;
  /** Ends the server and with it every session; it may be gone already. */
  endServer(): Promise<void>;
  /**
   * Shows what is in the session's pane, with some of what has scrolled away, and then what comes; changes nothing of it,
   * not even the size that people who sit in it give it. Resolves when the session has ended, could not be shown, or the
   * signal fires. Must be read quickly: nothing is kept for a reader that is slow.
   */
  viewSession(name: string, view: View, signal: AbortSignal): Promise<void>;
  /** A client of the session that shows nothing, to type with. Its end, or the session's, is no failure. */
  typeInto(name: string, ended: () => void): TypingClient;
  /** What a person runs to see the session. */
  attachCommand(name: string): string[];
}

export type TypingClient = {
  /** Commands of control mode, made by us. */
  write(lines: readonly string[]): void;
  /** Puts text into a paste buffer; it travels on standard input. */
  fill(buffer: string, text: string): Promise<void>;
  close(): void;
};

export class TmuxFailed extends Error {}
export class TerminalExists extends Error {}

const NAME = /^[a-z0-9][a-z0-9-]{0,60}$/;
const TIMEOUT_MS = 10_000;
const START_ATTEMPTS = 6;
/** Of what has scrolled out of sight, so many lines are shown to whoever begins to watch. */
const SCROLLED_LINES = 300;

/** A client in control mode. Its standard input stays open until we close it: its end would be the client's. */
const asClient = { cwd: "/", extendEnv: false, reject: false, buffer: false, stdin: "pipe" } as const;

const OPTIONS: readonly (readonly string[])[] = [
  ["-s", "set-clipboard", "off"],
  ["-g", "remain-on-exit", "on"],
  ["-g", "allow-passthrough", "off"],
  ["-g", "allow-rename", "off"],
  ["-g", "automatic-rename", "off"],
  ["-g", "set-titles", "off"],
  ["-g", "bell-action", "none"],
  ["-g", "default-shell", "/bin/sh"],
  // Attaching must not carry the person's ssh agent, display and the like into the session.
  ["-g", "update-environment", ""],
  ["-g", "history-limit", "10000"],
  ["-g", "window-size", "latest"],
  ["-g", "status-left", " #{session_name} "],
  ["-g", "status-left-length", "64"],
  ["-g", "status-right", " Ctrl-b d leaves, the run goes on "],
  ["-g", "status-right-length", "40"],
  ["-g", "window-status-format", ""],
  ["-g", "window-status-current-format", ""],
];

/** `socket` is a path or a bare name (tmux -L); without it the socket lies in `home`, or, where that is too deep, in the temporary folder. */
export function openTmux(options: { home: string; socket?: string }): Tmux {
  const socket = socketArguments(options.home, options.socket);

  const clientOf = (args: readonly string[]) => ["-u", "-f", "/dev/null", ...socket, ...args];

  async function tmux(args: readonly string[], input?: string) {
    // No core dumps (S46): whatever a pane runs inherits the limit from the server, which its first client starts.
    const command = ["-c", 'ulimit -c 0; exec tmux "$@"', "tmux", ...clientOf(args)];
    const { exitCode, stdout, stderr, timedOut } = await execa("/bin/sh", command, {
      cwd: "/",
      env: plainEnvironment(),
      extendEnv: false,
      reject: false,
      ...(input === undefined ? { stdin: "ignore" } : { input }),
      timeout: TIMEOUT_MS,
    });
    if (timedOut) throw new TmuxFailed(`tmux ${args[0]} gave no answer for ${TIMEOUT_MS / 1000} s`);
    if (exitCode === undefined || exitCode === 127) {
      throw new TmuxFailed("tmux could not be started. Install it, version 3.2 or newer");
    }
    return { ok: exitCode === 0, stdout, stderr };
  }

  return {
    async startSession({ name, columns, rows, argv, env, inPlaceOf }) {
      checkName(name);
      const settings = OPTIONS.flatMap((option) => ["set-option", ...option, ";"]);
      const size = ["-x", String(columns), "-y", String(rows)];
      const variables = Object.entries(env).flatMap(([name, value]) => ["-e", literal(`${name}=${value}`)]);
      if (inPlaceOf !== null) {
        checkName(inPlaceOf);
        const renamed = await tmux(["rename-session", "-t", `=${inPlaceOf}`, name]);
        const respawn = ["respawn-pane", "-k", "-t", `=${name}:`, ...variables, "-c", "/", "--", ...argv.map(literal)];
        if (renamed.ok && (await tmux(respawn)).ok) return;
        if (renamed.stderr.includes("duplicate session")) throw new TerminalExists(`There is a terminal named ${name}`);
      }
      const command = [
        ...["start-server", ";", ...settings],
        ...[
          "new-session",
          "-d",
          "-s",
          name,
          "-n",
          "claude",
          ...size,
          ...variables,
          "-c",
          "/",
          "--",
          ...argv.map(literal),
        ],
      ];
      for (let attempt = 1; ; attempt += 1) {
        const { ok, stderr } = await tmux(command);
        if (ok) return;
        if (stderr.includes("duplicate session")) throw new TerminalExists(`There is a terminal named ${name} already`);
        // The server ends with its last session: we may have met it on its way out.
        if (!isGone(stderr) || attempt === START_ATTEMPTS) {
          throw new TmuxFailed(`tmux could not start the terminal ${name}: ${stderr}`);
        }
        await pause(attempt * 50);
      }
    },
    async sessions() {
      const { ok, stdout, stderr } = await tmux(["list-panes", "-a", "-F", "#{session_name} #{pane_dead} #{pane_pid}"]);
      if (!ok && !isGone(stderr)) throw new TmuxFailed(`tmux could not list its sessions: ${stderr}`);
      if (!ok || stdout === "") return [];
      return stdout.split("\n").map((row) => {
        const [name = "", dead, pid] = row.split(" ");
        return { name, alive: dead !== "1", pid: Number(pid) };
      });
    },
    async endSession(name) {
      checkName(name);
      const { ok, stderr } = await tmux(["kill-session", "-t", `=${name}`]);
      if (!ok && !isGone(stderr)) throw new TmuxFailed(`tmux could not end the terminal ${name}: ${stderr}`);
    },
    async endServer() {
      const { ok, stderr } = await tmux(["kill-server"]);
      if (!ok && !isGone(stderr)) throw new TmuxFailed(`tmux could not end its server: ${stderr}`);
      // tmux leaves its socket lying about.
      rmSync(socketPath(socket), { force: true });
    },
    async viewSession(name, view, signal) {
      checkName(name);
      if (signal.aborted) return;
      const pane = `=${name}:`;
      const command = [
        ...["-C", "display-message", "-p", "-t", pane, placeFormat, ";"],
        ...["capture-pane", "-p", "-e", "-J", "-S", `-${SCROLLED_LINES}`, "-t", pane, ";"],
        // In one go with the screen: nothing is missed or doubled between them.
        ...["attach-session", "-r", "-f", "ignore-size,read-only", "-t", `=${name}`],
      ];
      const more = { stderr: "ignore", cancelSignal: signal, forceKillAfterDelay: 1_000 } as const;
      const client = execa("tmux", clientOf(command), { ...asClient, env: plainEnvironment(), ...more });
      const reader = openControlReader(view);
      client.stdout.on("data", reader.push);
      await client;
    },
    typeInto(name, ended) {
      checkName(name);
      const flags = ["-C", "attach-session", "-f", "ignore-size,no-output", "-t", `=${name}`];
      const silent = { stdout: "ignore", stderr: "ignore" } as const;
      const client = execa("tmux", clientOf(flags), { ...asClient, env: plainEnvironment(), ...silent });
      client.stdin.on("error", ended);
      void client.then(ended);
      return {
        write: (lines) => {
          if (client.stdin.writable) client.stdin.write(lines.map((line) => `${line}\n`).join(""));
        },
        fill: async (buffer, text) => {
          checkName(buffer);
          await tmux(["load-buffer", "-b", buffer, "-"], text);
        },
        // Its end of input is the client's end, after what was written.
        close: () => client.stdin.end(),
      };
    },
    attachCommand(name) {
      checkName(name);
      return ["tmux", "-u", ...socket, "attach-session", "-t", `=${name}`];
    },
  };
}

/** @throws when the name could mean anything but itself to tmux, a path or a shell */
export function checkName(name: string): void {
  if (!NAME.test(name)) throw new Error(`${JSON.stringify(name)} cannot name a terminal: use a–z, 0–9 and "-"`);
}

/** tmux takes an argument that ends with ";" for the end of a command. */
function literal(argument: string): string {
  return argument.endsWith(";") ? `${argument.slice(0, -1)}\\;` : argument;
}

function isGone(stderr: string): boolean {
  return /no server running|no current|can't find session|error connecting|server exited|lost server/.test(stderr);
}

/** No secret that the runner was started with may reach the server's global environment (S46). */
function plainEnvironment(): Record<string, string> {
  const kept = ["PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMUX_TMPDIR"];
  const known = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { LANG: "C.UTF-8", ...Object.fromEntries(known), TERM: "xterm-256color", SHELL: "/bin/sh" };
}
