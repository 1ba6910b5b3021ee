import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pino, { type Logger } from "pino";
import { type Client, openClient } from "#protocol/client.ts";
import type { Task } from "#protocol/task.ts";
import { startRunner } from "#runner/main.ts";
import type { RunnerConfig } from "#runner/options.ts";
import { detectSandbox } from "#runner/sandbox/detect.ts";
import { openTerminals } from "#runner/terminal/terminals.ts";
import { type GitHubStandIn, openGitHub } from "#test/github/github.ts";
import { type ModelStandIn, openModel } from "#test/model/model.ts";
import type { Script } from "#test/model/script.ts";
import type { IntegrationsConfig } from "../../src/config/integrations.ts";
import { startServer } from "../../src/main.ts";
import { freePort } from "./free-port.ts";
import { until } from "./until.ts";

const claude = fileURLToPath(new URL("../../node_modules/.bin/claude", import.meta.url));

export type WorldOptions = {
  scripts?: Readonly<Record<string, Script>>;
  /** The policy file of the repository; none when absent. */
  policy?: string;
  files?: Record<string, string>;
  slots?: number;
  /** The Claude Code program, where the story needs another than the real one. */
  claude?: string;
  /** Whom else the control plane tells. */
  integrations?: IntegrationsConfig;
  /** People can sign in with GitHub. */
  signIn?: boolean;
  /** Who may sign in with GitHub, and who of them may everything. */
  people?: readonly string[];
  admins?: readonly string[];
  /** Who signs the tokens of GitHub Actions' jobs. */
  actionsIssuer?: string;
  /** Whose token stands for the App, which is then nowhere installed; it is read from `github.token` in the folder. */
  token?: string;
  /** False leaves the runner to the story. */
  runner?: boolean;
};

type RunnerProgram = Awaited<ReturnType<typeof startRunner>>;

/**
 * The whole world on this machine: GitHub's stand-in, the model's stand-in, the real control plane, a real runner with
 * real git, tmux and Claude Code. Everything is under one folder and ends with `close`.
 */
export type World = {
  github: GitHubStandIn;
  model: ModelStandIn;
  /** `acme/website`, where `ada` may write and `eve` may only read. */
  repo: string;
  repositoryId: number;
  folder: string;
  server: { url: string };
  /** Calls the control plane as its operator. */
  operator: Client;
  log: () => string;
  startRunner(name?: string): Promise<RunnerProgram>;
  /** The task of an issue, once the condition holds. */
  taskOf(issue: number, isIt: (task: Task) => boolean, what: string, timeoutMs?: number): Promise<Task>;
  close(): Promise<void>;
};

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "cc-world-"));
  mkdirSync(join(folder, "git"));
  const github = await openGitHub({ folder: join(folder, "git") });
  const model = await openModel({ ...(options.scripts === undefined ? {} : { scripts: options.scripts }) });
  const repository = await github.createRepository({
    owner: "acme",
    name: "website",
    private: true,
    files: {
      "README.md": "# Website\n",
      "greet.js": "export const greet = () => 'hello';\n",
      ...(options.policy === undefined ? {} : { ".github/cc-orchestrator.yml": options.policy }),
      ...options.files,
    },
    collaborators: { ada: "write", eve: "read" },
    labels: { claude: "5319e7" },
    install: options.token === undefined,
  });
  const logFile = join(folder, "world.log");
  const log: Logger = pino({ level: "debug" }, pino.destination({ dest: logFile, sync: true }));
  const signInPort = options.signIn === true ? await freePort() : null;
  const server = await startServer(
    {
      ...wayToGitHub(github, options.token, repository.fullName, folder),
      githubApiUrl: github.apiUrl,
      host: "127.0.0.1",
      port: signInPort ?? 0,
      publicUrl: signInPort === null ? null : `http://127.0.0.1:${signInPort}`,
      ...(signInPort === null ? {} : { clientId: github.app.clientId, clientSecret: github.app.clientSecret }),
      publicRepositories: [],
      home: join(folder, "server"),
      logLevel: "debug",
      ...(options.people === undefined ? {} : { people: options.people }),
      ...(options.admins === undefined ? {} : { admins: options.admins }),
      ...(options.actionsIssuer === undefined ? {} : { actionsIssuer: options.actionsIssuer }),
      ...(options.integrations === undefined ? {} : { integrations: options.integrations }),
    },
    { log, pace: { writeIntervalMs: 0, progressIntervalMs: 1_000, retryBaseMs: 200, pollMs: 400 } },
  );
  if (options.token === undefined) github.connectWebhook(`${server.url}/api/github/webhooks`);
  const token = readFileSync(join(folder, "server", "operator.token"), "utf8").trim();
  const operator = openClient(server.url, token);
  const runners: RunnerProgram[] = [];
  const homes: string[] = [];
  const keyFile = join(folder, "model.key");
  writeFileSync(keyFile, model.key, { mode: 0o600 });

  async function start(name = `runner-${homes.length + 1}`): Promise<RunnerProgram> {
    const home = join(folder, name);
    const { token: registration } = await operator("createRunnerToken");
    const { credential } = await openClient(server.url, null)("register", {
      body: {
        token: registration,
        name,
        labels: [],
        slots: options.slots ?? 2,
        version: "test",
        sandbox: await detectSandbox(),
        repositories: [],
      },
    });
    const config: RunnerConfig = {
      server: server.url,
      home,
      credential,
      slots: options.slots ?? 2,
      claude: options.claude ?? claude,
      modelKeyFile: keyFile,
      modelUrl: model.url,
      includeFolder: null,
      tmuxSocket: socketOf(folder, name),
    };
    homes.push(name);
    const runner = await startRunner(config, { log });
    runners.push(runner);
    return runner;
  }
  if (options.runner !== false) await start();

  return {
    github,
    model,
    repo: repository.fullName,
    repositoryId: repository.id,
    folder,
    server,
    operator,
    log: () => readFileSync(logFile, "utf8"),
    startRunner: start,
    async taskOf(issue, isIt, what, timeoutMs = 100_000) {
      const find = async () => {
        const { tasks } = await operator("listTasks", {});
        const task = tasks.find((one) => one.issue?.number === issue);
        return task !== undefined && isIt(task) ? task : null;
      };
      return until(what, find, timeoutMs);
    },
    async close() {
      await Promise.all(runners.map((runner) => runner.stop()));
      await server.close();
      await github.close();
      await model.close();
      for (const name of homes) {
        await openTerminals({ home: join(folder, name), socket: socketOf(folder, name) }).killServer();
      }
      if (process.env.KEEP_LOG) console.log(readFileSync(logFile, "utf8"), folder);
      else rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The App, or the token of a person in a file. */
function wayToGitHub(github: GitHubStandIn, person: string | undefined, repository: string, folder: string) {
  const { id: appId, privateKey, webhookSecret } = github.app;
  if (person === undefined) return { appId, privateKey, webhookSecret };
  const { token } = github.createUser(person);
  const tokenPath = join(folder, "github.token");
  writeFileSync(tokenPath, `${token}\n`, { mode: 0o600 });
  const none = { appId: null, privateKey: null, webhookSecret: null };
  return { ...none, github: { token, tokenPath, repositories: [repository], pollSeconds: 30 } };
}

function socketOf(folder: string, name: string): string {
  return `${folder.split("/").at(-1)}-${name}`;
}
