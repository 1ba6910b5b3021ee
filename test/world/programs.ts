import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parse } from "yaml";
import { type GitHubStandIn, openGitHub } from "#test/github/github.ts";
import type { ModelStandIn } from "#test/model/model.ts";
import { openFiles } from "../../src/config/files.ts";
import { type RunnerConfig, readRunnerConfig } from "../../src/config/runner.ts";

/** Our programs as a person sets them up and starts them: by their command lines, in an environment of their own. */

const run = promisify(execFile);
const root = new URL("../../", import.meta.url);
const claude = fileURLToPath(new URL("node_modules/.bin/claude", root));

type Env = Record<string, string>;

/** The command line that starts a program of ours from the source. */
export function commandOf(args: readonly string[]): string[] {
  const cli = fileURLToPath(new URL("src/cli/main.ts", root));
  return [process.execPath, "--disable-warning=ExperimentalWarning", cli, ...args];
}

/** GitHub with the App that people make from the manifest: what that does not ask for, the stand-in does not give. */
export function openGitHubWithApp(folder: string): Promise<GitHubStandIn> {
  const { default_permissions: permissions, default_events: events } = parse(
    readFileSync(new URL("app.yml", root), "utf8"),
  ) as { default_permissions: Record<string, "read" | "write">; default_events: string[] };
  return openGitHub({ folder, app: { permissions, events } });
}

/** The programs' whole environment: nothing of the person's own set-up but the PATH. Without a model they have to be given one. */
export function environmentOf(home: string, github: GitHubStandIn, model: ModelStandIn | null): Env {
  return {
    PATH: process.env.PATH ?? "",
    HOME: home,
    LANG: "C.UTF-8",
    CC_ORCHESTRATOR_HOME: home,
    XDG_CONFIG_HOME: `${home}/config`,
    APP_ID: String(github.app.id),
    PRIVATE_KEY: github.app.privateKey,
    WEBHOOK_SECRET: github.app.webhookSecret,
    GITHUB_API_URL: github.apiUrl,
    CC_ORCHESTRATOR_CLAUDE: claude,
    ...(model === null ? {} : { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: model.key }),
  };
}

/** What a command of ours prints. @throws when it fails */
export async function printed(args: readonly string[], env: Env): Promise<string> {
  const [file = "", ...rest] = commandOf(args);
  return (await run(file, rest, { env })).stdout.trim();
}

/** Registers the runner of this environment, with a token that the server has given. */
export async function register(env: Env, name: string, token: string): Promise<void> {
  await printed(["runner", "register", "--name", name], { ...env, CC_ORCHESTRATOR_REGISTRATION_TOKEN: token });
}

/** The configuration of the runner that is registered in this environment. */
export async function runnerConfigOf(env: Env): Promise<RunnerConfig> {
  const reading = readRunnerConfig(env, await openFiles(env, null), {}, "runner");
  if ("problems" in reading) throw new Error(reading.problems.map((problem) => problem.sentence).join(" "));
  return reading.config;
}
