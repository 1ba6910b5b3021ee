/** The control plane as a process of its own, to be stopped or killed; `node server-process.ts <config file>`. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pino from "pino";
import { type Client, openClient } from "#protocol/client.ts";
import type { GitHubStandIn } from "#test/github/github.ts";
import { serverConfigOf } from "#test/world/server-config.ts";
import { startServer } from "../../src/main.ts";

const file = fileURLToPath(import.meta.url);

export type ServerProcess = {
  url: string;
  /** Its state folder, as it can be reached from here. */
  home: string;
  /** Calls it as its operator. */
  operator: Client;
  /** Sends the signal and waits for the end. @returns the exit code (null when killed) and how long it took */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<{ code: number | null; tookMs: number }>;
  log(): string;
};

/** Whether this machine lets us give it a disk of its own. */
export const canHaveItsDisk = () =>
  spawnSync("unshare", ["-Urm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

/**
 * Starts it on the state in `folder`, at `port` (0 for any), and waits until it listens.
 * @param diskBytes its state folder is a disk of this size, which is gone when it ends
 */
export async function startServerProcess(
  folder: string,
  github: GitHubStandIn,
  port: number,
  writeIntervalMs = 0,
  diskBytes: number | null = null,
): Promise<ServerProcess> {
  const config = serverConfigOf(github, { home: join(folder, "server"), port });
  const configFile = join(folder, "server.json");
  const logFile = join(folder, "server.log");
  writeFileSync(configFile, JSON.stringify({ config, logFile, writeIntervalMs }), { mode: 0o600 });
  const mounted = `mkdir -p "$1" && mount -t tmpfs -o mode=0700,size=${diskBytes} tmpfs "$1" && exec "$2" "$3" "$4"`;
  const onItsDisk = ["-Urm", "sh", "-c", mounted, "sh", config.home, process.execPath, file, configFile];
  const [program, args] = diskBytes === null ? [process.execPath, [file, configFile]] : ["unshare", onItsDisk];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  const url = await addressOf(child);
  const home = diskBytes === null ? config.home : join(`/proc/${child.pid}/root`, config.home);
  const token = readFileSync(join(home, "operator.token"), "utf8").trim();
  return {
    url,
    home,
    operator: openClient(url, token),
    async end(signal) {
      const from = performance.now();
      const ended = once(child, "exit");
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      return { code, tookMs: performance.now() - from };
    },
    log: () => readFileSync(logFile, "utf8"),
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once("exit", (code) => reject(new Error(`the control plane ended with ${code} before it listened`)));
    child.once("error", reject);
  });
}

if (process.argv[1] === file) {
  const { config, logFile, writeIntervalMs } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
  const log = pino({ level: "debug" }, pino.destination({ dest: logFile, sync: true }));
  const pace = { writeIntervalMs, progressIntervalMs: 200, retryBaseMs: 200 };
  const server = await startServer(config, { log, pace });
  process.once("SIGTERM", () => void server.close().then(() => process.exit(0)));
  process.stdout.write(`${server.url}\n`);
}
