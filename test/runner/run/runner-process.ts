import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openClient } from "#protocol/client.ts";
import type { RunnerConfig } from "#runner/options.ts";
import { detectSandbox } from "#runner/sandbox/detect.ts";
import { openTerminals, type Terminals } from "#runner/terminal/terminals.ts";
import type { World } from "#test/world/world.ts";

const program = fileURLToPath(new URL("./crash-child.ts", import.meta.url));
const claude = fileURLToPath(new URL("../../../node_modules/.bin/claude", import.meta.url));

/** A durable write of the runner's, at which it dies. `file` and `text` are patterns. */
export type Marker = { name: string; file: string; text: string; when: "before" | "after" };
/** `metFile` gets the name of the marker at which the runner died. */
export type ChildPlan = { config: RunnerConfig; killAt: readonly Marker[]; metFile: string; logFile: string };

/** One life of a runner, in a process of its own. */
export type Life = {
  readonly process: ChildProcess;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  said(): string;
};

/** A registered runner of the world, to be started and killed any number of times. */
export type RunnerBench = {
  readonly home: string;
  readonly config: RunnerConfig;
  readonly terminals: Terminals;
  /** `otherwise` is set up in another way than the bench, for this life alone. */
  start(killAt?: readonly Marker[], otherwise?: Partial<RunnerConfig>, env?: Readonly<Record<string, string>>): Life;
  /** The markers at which lives have ended so far, in order. */
  met(): string[];
  log(): string;
  /** Kills what still runs, terminals included. */
  close(): Promise<void>;
};

export async function openBench(world: World, more: Partial<RunnerConfig> = {}): Promise<RunnerBench> {
  const { folder } = world;
  const home = join(folder, "bench");
  const { token } = await world.operator("createRunnerToken");
  const { credential } = await openClient(world.server.url, null)("register", {
    body: {
      token,
      name: "bench",
      labels: [],
      slots: 2,
      version: "test",
      sandbox: await detectSandbox(),
      repositories: [],
    },
  });
  const modelKeyFile = join(folder, "bench.key");
  writeFileSync(modelKeyFile, world.model.key, { mode: 0o600 });
  const tmuxSocket = `${folder.split("/").at(-1)}-bench`;
  const config: RunnerConfig = {
    server: world.server.url,
    home,
    credential,
    slots: 2,
    claude,
    modelKeyFile,
    modelUrl: world.model.url,
    includeFolder: null,
    tmuxSocket,
    floors: { memoryBytes: 0, diskBytes: 0 },
    ...more,
  };
  const logFile = join(folder, "bench.log");
  const metFile = join(folder, "met");
  for (const file of [logFile, metFile]) writeFileSync(file, "");
  const terminals = openTerminals({ home, socket: tmuxSocket });
  const lives: Life[] = [];

  return {
    home,
    config,
    terminals,
    start(killAt = [], otherwise = {}, env = {}) {
      const planFile = join(folder, `life-${lives.length}.json`);
      writeFileSync(
        planFile,
        JSON.stringify({ config: { ...config, ...otherwise }, killAt, metFile, logFile } satisfies ChildPlan),
        {
          mode: 0o600,
        },
      );
      const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, planFile], {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, ...env },
      });
      let said = "";
      child.stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString("utf8");
      });
      child.stderr.on("data", (chunk: Buffer) => {
        said += chunk.toString("utf8");
      });
      const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
        child.once("exit", (code, signal) => resolve(signal ?? code)),
      );
      const life: Life = { process: child, ended, said: () => said };
      lives.push(life);
      return life;
    },
    met: () => readFileSync(metFile, "utf8").split("\n").slice(0, -1),
    log: () => readFileSync(logFile, "utf8"),
    async close() {
      for (const { process: child, ended } of lives) {
        if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
        await ended;
      }
      await terminals.killServer();
    },
  };
}
