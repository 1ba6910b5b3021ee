/** A real Claude Code process on pipes, in a throw-away world with the model stand-in behind it. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { type ClaudeSpec, claudeCommand } from "#runner/claude/command.ts";
import type { StreamEvent, TurnEnd } from "#runner/claude/events.ts";
import { seedHome } from "#runner/claude/home.ts";
import { userLine } from "#runner/claude/message.ts";
import { parseLine } from "#runner/claude/stream.ts";
import type { ModelStandIn } from "#test/model/model.ts";

export const PROGRAM = join(import.meta.dirname, "../../../node_modules/.bin/claude");

export interface World {
  readonly folder: string;
  readonly repository: string;
  readonly sessionId: string;
  /** `argv` may change the command line, to show what a flag is good for. */
  start(spec?: Partial<ClaudeSpec>, argv?: (argv: readonly string[]) => readonly string[]): Promise<Instance>;
  close(): Promise<void>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Instance {
  readonly events: readonly StreamEvent[];
  readonly lines: readonly string[];
  readonly pid: number;
  readonly exited: Promise<Exit>;
  stderr(): string;
  /** Sends a message and gives its id. */
  say(text: string): string;
  write(line: string): void;
  /** Closes stdin: the turn at work is the last. */
  end(): void;
  kill(signal: NodeJS.Signals): void;
  /** The first event for which `is` holds, seen already or to come; null when the process ends without one. */
  until(is: (event: StreamEvent) => boolean): Promise<StreamEvent | null>;
  /** The end of the `n`th turn, counted from 1; null when the process ends before. */
  turnEnd(n: number): Promise<TurnEnd | null>;
  /** Sends a message, waits for its turn's end and closes. */
  turn(text: string): Promise<{ turn: TurnEnd | null; exit: Exit }>;
}

/** A repository with the given files, a home and a state folder under one temporary folder. */
export async function openWorld(model: ModelStandIn, files: Readonly<Record<string, string>> = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "cco-claude-"));
  const repository = join(folder, "repository");
  for (const [path, content] of Object.entries({ "README.md": "# Sample\n", ...files })) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), content);
  }
  execFileSync("git", ["init", "-q", "-b", "main", repository]);
  const keyFile = join(folder, "model.key");
  for (const each of ["state", "tmp", "home"]) mkdirSync(join(folder, each), { mode: 0o700 });
  const sessionId = randomUUID();
  const running = new Set<ChildProcess>();

  return {
    folder,
    repository,
    sessionId,
    start: async (spec = {}, argv = (same) => same) => {
      // Each instance takes it once.
      writeFileSync(keyFile, model.key, { mode: 0o600 });
      const command = claudeCommand({
        isScreen: false,
        program: PROGRAM,
        sessionId,
        resume: false,
        model: "claude-sonnet-4-5",
        folder: join(folder, "state"),
        home: join(folder, "home"),
        tmpDir: join(folder, "tmp"),
        login: { kind: "key", keyFile },
        instructions: "Work well.",
        maxTurns: null,
        maxBudgetUsd: null,
        tools: null,
        deny: [],
        questions: null,
        readOnly: false,
        asRoot: process.getuid?.() === 0,
        maxRetries: 1,
        operator: { ...process.env, ANTHROPIC_BASE_URL: model.url },
        extraEnv: {},
        ...spec,
      });
      for (const [path, content] of Object.entries(command.files))
        writeFileSync(join(folder, "state", path), content, { mode: 0o600 });
      await seedHome({ configDir: command.configDir, trusted: [folder] });
      const [program = "", ...args] = argv(command.argv);
      const child = spawn(program, args, { cwd: repository, env: command.env, stdio: ["pipe", "pipe", "pipe"] });
      running.add(child);
      return instanceOf(child, () => running.delete(child));
    },
    close: async () => {
      for (const child of running) {
        child.kill("SIGKILL");
        await once(child, "close");
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}

function instanceOf(child: ChildProcess, ended: () => void): Instance {
  const events: StreamEvent[] = [];
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let closed = false;
  let stderr = "";
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("no pipes");
  const wake = () => {
    for (const each of waiting) each();
  };
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  // Writing to a process that has ended is no failure of a test: its exit tells.
  stdin.on("error", wake);
  createInterface({ input: stdout }).on("line", (line) => {
    lines.push(line);
    events.push(...parseLine(line));
    wake();
  });
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      closed = true;
      ended();
      resolve({ code, signal });
      wake();
    });
  });
  const instance: Instance = {
    events,
    lines,
    pid: child.pid ?? 0,
    exited,
    stderr: () => stderr,
    say: (text) => {
      const id = randomUUID();
      stdin.write(`${userLine(text, id)}\n`);
      return id;
    },
    write: (line) => void stdin.write(`${line}\n`),
    end: () => void stdin.end(),
    kill: (signal) => void child.kill(signal),
    until: (is) =>
      new Promise((resolve) => {
        const look = () => {
          const found = events.find(is);
          if (found === undefined && !closed) return;
          waiting.delete(look);
          resolve(found ?? null);
        };
        waiting.add(look);
        look();
      }),
    turnEnd: async (n) => {
      const ends = () => events.filter((event) => event.kind === "turnEnded");
      await instance.until(() => ends().length >= n);
      return ends()[n - 1] ?? null;
    },
    turn: async (text) => {
      instance.say(text);
      const turn = await instance.turnEnd(1);
      instance.end();
      return { turn, exit: await exited };
    },
  };
  return instance;
}
