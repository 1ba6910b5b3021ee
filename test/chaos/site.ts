import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Client, openClient } from "#protocol/client.ts";
import type { GitHubStandIn } from "#test/github/github.ts";
import { type ModelStandIn, openModel } from "#test/model/model.ts";
import { freePort } from "#test/world/free-port.ts";
import { commandOf, environmentOf, openGitHubWithApp, register, runnerConfigOf } from "#test/world/programs.ts";
import type { ChaosOptions } from "./options.ts";
import { openSmallDisk, type SmallDisk } from "./small-disk.ts";
import { type Supervised, supervise } from "./supervised.ts";
import { openWire, type Wire } from "./wire.ts";
import { files, type Work } from "./work.ts";

const run = promisify(execFile);
const shiftedClock = fileURLToPath(new URL("./shifted-clock.ts", import.meta.url));

/** Each owner is an installation of its own, with its own pace of writing. */
const owners = ["ada", "grace", "joan"] as const;
const repositoryName = "pages";
const diskMegabytes = 64;
/** How long a program may take to end in order: a loaded machine takes long over everything. */
const patienceMs = 120_000;

export type Runner = { program: Supervised; wire: Wire; home: string; tmuxSocket: string; clockFile: string };

/** The whole world on this machine: programs by their real command lines, each under a supervisor. */
export type Site = {
  readonly folder: string;
  readonly github: GitHubStandIn;
  readonly model: ModelStandIn;
  readonly repositories: readonly { owner: string; fullName: string; folder: string }[];
  readonly server: Supervised;
  readonly serverUrl: string;
  readonly serverClock: string;
  readonly runners: readonly Runner[];
  readonly operator: Client;
  /** What cannot be done on this machine, in sentences. */
  readonly lacks: readonly string[];
  readonly disk: (SmallDisk & { isFull: boolean }) | null;
  /** Asks every program to end, runners first. @returns what was wrong with how they ended */
  stop(): Promise<string[]>;
  /** Ends what is left; `folder` stays where it is asked to. */
  close(keep: boolean): Promise<void>;
};

export async function openSite(options: ChaosOptions, work: Work): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), "cc-chaos-"));
  const closing: (() => Promise<unknown> | unknown)[] = [];
  const closeAll = async () => {
    for (const step of closing.reverse().splice(0)) await step();
  };
  try {
    mkdirSync(join(folder, "git"));
    const github = await openGitHubWithApp(join(folder, "git"));
    closing.push(() => github.close());
    const repositories = await Promise.all(owners.map((owner) => stageRepository(github, owner)));
    const model = await openModel({ scripts: work.scripts, choose: work.choose });
    closing.push(() => model.close());

    const lacks: string[] = [];
    const home = join(folder, "server");
    const disk = await diskAt(home, options, lacks);
    if (disk !== null) closing.push(() => disk.close());
    const port = await freePort();
    const env = environmentOf(home, github, model);
    const serverClock = clockAt(folder, "server");
    const server = supervise({
      name: "control plane",
      argv: [...(disk?.enter ?? []), ...clocked(commandOf(["web", "start", "--port", String(port)]))],
      env: { ...env, CHAOS_CLOCK: serverClock },
      logFile: join(folder, "control-plane.log"),
      readyWhen: /http:\/\//,
      // A slow program may fall over a full disk when there is room again.
      mayEnd: (lastWords) => disk?.isFull === true || /ENOSPC|SQLITE_FULL|disk is full/.test(lastWords),
    });
    closing.push(() => server.stop(0));
    await server.ready();
    const serverUrl = `http://127.0.0.1:${port}`;
    github.connectWebhook(`${serverUrl}/api/github/webhooks`);
    const token = readFileSync(join(disk?.outside ?? home, "operator.token"), "utf8").trim();
    const operator = openClient(serverUrl, token);

    const runners: Runner[] = [];
    for (let number = 1; number <= options.runners; number += 1) {
      const runner = await openRunner({ folder, number, env, serverUrl, operator, slots: options.slots });
      runners.push(runner);
      closing.push(
        () => runner.wire.close(),
        () => runner.program.stop(0),
      );
    }
    await Promise.all(runners.map(({ program }) => program.ready()));
    return {
      folder,
      github,
      model,
      repositories,
      server,
      serverUrl,
      serverClock,
      runners,
      operator,
      lacks,
      disk,
      async stop() {
        const wrong: string[] = [];
        for (const program of [...runners.map((runner) => runner.program), server]) {
          const code = await program.stop(patienceMs);
          if (code !== 0) wrong.push(`${program.name} did not end in order when it was asked to: ${code}`);
        }
        return wrong;
      },
      async close(keep) {
        // The small disk goes with its namespace.
        if (keep && disk !== null) cpSync(disk.outside, join(folder, "server-state"), { recursive: true });
        await closeAll();
        if (!keep) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function stageRepository(github: GitHubStandIn, owner: string) {
  github.createUser(owner);
  const { fullName, folder } = await github.createRepository({
    owner,
    name: repositoryName,
    private: true,
    files: { ...files },
    labels: { claude: "5319e7" },
  });
  // Every movement of every branch is written down: nothing is ever to be pushed by force.
  await run("git", ["-C", folder, "config", "core.logAllRefUpdates", "true"]);
  return { owner, fullName, folder };
}

async function diskAt(home: string, { faults }: ChaosOptions, lacks: string[]): Promise<Site["disk"]> {
  if (!faults.includes("disk-full")) return null;
  const disk = await openSmallDisk(home, diskMegabytes);
  if (typeof disk !== "string") return Object.assign(disk, { isFull: false });
  lacks.push(`disk-full is left out: ${disk}`);
  return null;
}

async function openRunner(of: {
  folder: string;
  number: number;
  env: Record<string, string>;
  serverUrl: string;
  operator: Client;
  slots: number;
}): Promise<Runner> {
  const name = `runner-${of.number}`;
  const home = join(of.folder, name);
  const wire = await openWire(of.serverUrl);
  const clockFile = clockAt(of.folder, name);
  const env = {
    ...of.env,
    CC_ORCHESTRATOR_HOME: home,
    CC_ORCHESTRATOR_SERVER: wire.url,
    XDG_CONFIG_HOME: join(home, "config"),
    HOME: home,
  };
  mkdirSync(home, { mode: 0o700 });
  const { token } = await of.operator("createRunnerToken");
  await register(env, name, token);
  const { home: runnerHome, tmuxSocket } = await runnerConfigOf(env);
  const program = supervise({
    name,
    argv: clocked(commandOf(["runner", "start", "--slots", String(of.slots)])),
    env: { ...env, CHAOS_CLOCK: clockFile },
    logFile: join(of.folder, `${name}.log`),
    readyWhen: /works for/,
    mayEnd: () => false,
  });
  return { program, wire, home: runnerHome, tmuxSocket, clockFile };
}

/** The command line with a wall clock that can be set. */
function clocked([node = "", ...rest]: readonly string[]): string[] {
  return [node, "--import", shiftedClock, ...rest];
}

function clockAt(folder: string, name: string): string {
  const file = join(folder, `${name}.clock`);
  writeFileSync(file, "0");
  return file;
}
