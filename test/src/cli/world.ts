import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { Surroundings } from "#cli/context.ts";
import { runCommandLine } from "#cli/run.ts";
import type { Run } from "#protocol/run.ts";
import type { Runner } from "#protocol/runner.ts";
import type { Task } from "#protocol/task.ts";
import { runnerShown, runShown, shownAt, taskShown } from "#test/shown.ts";

const program = join(import.meta.dirname, "../../../src/cli/main.ts");

export type Ended = { code: number | undefined; out: string; err: string };

/** A person's home with nothing in it, and the command line as used from there, without a terminal. */
export function openHome() {
  const folder = mkdtempSync(join(tmpdir(), "cco-cli-"));
  const envOf = (env: Record<string, string>) => ({ HOME: folder, PATH: process.env.PATH ?? "", ...env });
  return {
    folder,
    state: join(folder, ".local/state/cc-orchestrator"),
    /** Runs it as a process of its own. */
    async spawn(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
      const ended = await execa(process.execPath, [program, ...args], {
        cwd: folder,
        env: envOf(env),
        extendEnv: false,
        reject: false,
        stdin: "ignore",
        stripFinalNewline: false,
        timeout: 20_000,
      });
      return { code: ended.exitCode, out: ended.stdout, err: ended.stderr };
    },
    /** Runs the same in this process. */
    async run(args: readonly string[], env: Record<string, string> = {}, place = folder): Promise<Ended> {
      const inside = surroundings(place, envOf(env));
      const code = await runCommandLine(args, inside.around);
      return { code, out: inside.out(), err: inside.err() };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function surroundings(folder: string, env: Record<string, string>) {
  const written = { out: "", err: "" };
  const lines = new EventEmitter();
  const signals = new EventEmitter();
  const around: Surroundings = {
    env,
    folder,
    stdout: {
      write: (text) => {
        written.out += text;
        lines.emit("out");
      },
    },
    stderr: {
      write: (text) => {
        written.err += text;
      },
    },
    signals,
    exit: (code) => {
      throw new Error(`The command line ended its process with ${code}.`);
    },
  };
  return { around, signals, lines, out: () => written.out, err: () => written.err };
}

export type Started = {
  kill: (signal: "SIGINT" | "SIGTERM" | "SIGKILL") => void;
  ended: Promise<{ code: number | undefined; err: string }>;
  /** The first line on stdout; rejects when there is none. */
  url: Promise<string>;
};

/** Starts a long-lived program as a process of its own. */
export function startProgram(
  folder: string,
  args: readonly string[],
  env: Record<string, string>,
  file = program,
): Started {
  const child = execa(process.execPath, [file, ...args], {
    // What it writes to GitHub is paced: finishing that may take longer than execa would wait.
    forceKillAfterDelay: false,
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", ...env },
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    timeout: 60_000,
  });
  return {
    kill: (signal) => child.kill(signal),
    ended: child.then(({ exitCode, stderr }) => ({ code: exitCode, err: stderr })),
    url: firstLine(child.stdout),
  };
}

/** The same in this process. */
export function startInside(folder: string, args: readonly string[], env: Record<string, string>): Started {
  const inside = surroundings(folder, { PATH: process.env.PATH ?? "", ...env });
  const ended = runCommandLine(args, inside.around).then((code) => ({ code, err: inside.err() }));
  const line = once(inside.lines, "out").then(() => inside.out().split("\n", 1)[0] ?? "");
  const nothing = ended.then(({ err }) => Promise.reject(new Error(`it ended without telling its address: ${err}`)));
  const url = Promise.race([line, nothing]);
  url.catch(() => undefined); // most who start it wait for it, the others for its end
  return { kill: (signal) => void inside.signals.emit(signal), ended, url };
}

function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
    });
    stream.on("end", () => reject(new Error("the program ended without telling its address")));
  });
}

export function aTask(more: Partial<Task> = {}): Task {
  return taskShown({
    ...{ repository: "octocat/hello-world", title: "Add a greeting", requestedBy: "mona", status: "in_progress" },
    ...{ issue: { number: 7, url: "https://github.com/octocat/hello-world/issues/7" } },
    ...{ branch: "claude/7-add-a-greeting", costUsd: 0.25 },
    ...more,
  });
}

export function aRun(more: Partial<Run> = {}): Run {
  return runShown({
    ...{ runner: "box", claudeVersion: "2.1.197", model: "claude-sonnet", sandbox: "bubblewrap" },
    ...{ attach: "tmux -L x attach", branch: "claude/7-add-a-greeting", startedAt: shownAt },
    steps: [{ name: "worktree", state: "passed", startedAt: shownAt, endedAt: shownAt }],
    commits: [{ sha: "a".repeat(40), subject: "Add a greeting", files: 1 }],
    ...more,
  });
}

export function aRunner(more: Partial<Runner> = {}): Runner {
  return runnerShown({ name: "box", slots: 4, sandbox: "bubblewrap", busy: 1, heartbeatAt: shownAt, ...more });
}
