import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { GitHubStandIn } from "#test/github/github.ts";
import { serverConfigOf } from "#test/world/server-config.ts";
import type { ServerConfig } from "../../../src/config/server.ts";
import type { Pace } from "../../../src/main.ts";

const program = fileURLToPath(new URL("./crash-server.ts", import.meta.url));

/** A step right before or after whose commit point the control plane dies. */
export type Wanted = { step: string; when: "before" | "after" };
/** `metFile` gets each step that is passed, and where the process died. */
export type ServerPlan = { config: ServerConfig; pace: Pace; metFile: string; logFile: string };

export type ServerLife = {
  readonly url: string;
  /** Milliseconds since it listens. */
  age(): number;
  /** The exit code, or the signal that ended it; null while it lives. */
  end(): number | NodeJS.Signals | null;
  readonly ended: Promise<number | NodeJS.Signals | null>;
  tell(order: "look" | `pass ${number}` | `set ${number}`): void;
  kill(signal: "SIGTERM" | "SIGKILL"): void;
};

export type ServerLives = {
  home: string;
  /** Starts the control plane, at the same address each time; null when it died before it listened. */
  start(wanted: readonly Wanted[]): Promise<ServerLife | null>;
  met(): Wanted[];
  seen(): Set<string>;
  /** How often a step was passed, in all lives. */
  passed(step: string): number;
  log(): string;
  close(): Promise<void>;
};

type Warm = { child: ChildProcess; ended: Promise<number | NodeJS.Signals | null> };

/** Lives of one control plane, one after the other. The next one is loaded while the last one lives, which saves time. */
export function openServerLives(
  folder: string,
  github: GitHubStandIn,
  port: number,
  more: Partial<ServerConfig>,
): ServerLives {
  const home = join(folder, "server");
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const config = { ...serverConfigOf(github, { home, port }), ...more } as ServerConfig;
  const planFile = join(folder, "plan.json");
  const metFile = join(folder, "met");
  const logFile = join(folder, "server.log");
  writeFileSync(metFile, "");
  const pace: Pace = { writeIntervalMs: 0, progressIntervalMs: 100, retryBaseMs: 100, pollMs: 200 };
  const plan: ServerPlan = { config, pace, metFile, logFile };
  writeFileSync(planFile, JSON.stringify(plan), { mode: 0o600 });
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, "compiled") };
  const all: Warm[] = [];

  function warm(): Warm {
    const child = spawn(process.execPath, [program, planFile], { stdio: ["pipe", "pipe", "inherit"], env });
    const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
      child.once("exit", (code, signal) => resolve(signal ?? code)),
    );
    child.stdin?.on("error", () => undefined);
    const made = { child, ended };
    all.push(made);
    return made;
  }

  let next = warm();
  const lines = () => readFileSync(metFile, "utf8").split("\n");
  return {
    home,
    async start(wanted) {
      const { child, ended } = next;
      next = warm();
      child.stdin?.write(`go ${JSON.stringify(wanted)}\n`);
      const url = await Promise.race([
        new Promise<string>((resolve) => child.stdout?.once("data", (chunk) => resolve(String(chunk).trim()))),
        ended.then(() => null),
      ]);
      if (url === null) return null;
      const since = performance.now();
      return {
        url,
        age: () => performance.now() - since,
        end: () => child.signalCode ?? child.exitCode,
        ended,
        tell: (order) => void child.stdin?.write(`${order}\n`),
        kill: (signal) => void child.kill(signal),
      };
    },
    met: () =>
      lines().flatMap((line) => {
        const found = /^met (before|after) (.*)$/.exec(line);
        return found === null ? [] : [{ when: found[1] as Wanted["when"], step: found[2] ?? "" }];
      }),
    seen: () => new Set(lines().flatMap((line) => (line.startsWith("seen ") ? [line.slice("seen ".length)] : []))),
    passed: (step) => lines().filter((line) => line === `seen ${step}`).length,
    log: () => readFileSync(logFile, "utf8"),
    async close() {
      for (const { child, ended } of all) {
        if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
        await ended;
      }
    },
  };
}
