import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, openClient } from "#protocol/client.ts";
import { openTerminals } from "#runner/terminal/terminals.ts";
import { ensureBuilt } from "#test/dashboard/built.ts";
import type { GitHubStandIn } from "#test/github/github.ts";
import { type ModelStandIn, openModel } from "#test/model/model.ts";
import { environmentOf, openGitHubWithApp, printed, register, runnerConfigOf } from "#test/world/programs.ts";
import { type Program, startProgram } from "./program.ts";
import { choose, sampleFiles, scripts } from "./sample.ts";

export const owner = "ada";

/** Everything that the demo starts, under one folder. */
export type Stage = {
  readonly github: GitHubStandIn;
  /** Null when the person's own Claude Code login is used. */
  readonly model: ModelStandIn | null;
  readonly repo: string;
  /** A personal access token of the repository's owner, to read GitHub's stand-in through its API. */
  readonly ownerToken: string;
  readonly serverUrl: string;
  readonly operator: Client;
  readonly operatorToken: string;
  readonly folder: string;
  /** The sample repository on disk, bare. */
  readonly repositoryFolder: string;
  /** What a person types to see the terminals. */
  readonly attachHint: string;
  /** Ends everything and removes the folder. Safe to call again. */
  close(): Promise<void>;
};

/** @param say told what is being started */
export async function openStage(of: { model: "scripted" | "real"; say: (line: string) => void }): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "cc-orchestrator-demo-"));
  const home = join(folder, "home");
  mkdirSync(join(folder, "git"));
  const closing: (() => Promise<unknown>)[] = [];
  let closed: Promise<void> | null = null;
  const close = () => {
    closed ??= (async () => {
      for (const step of closing.reverse()) await step();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    })();
    return closed;
  };
  try {
    of.say("a GitHub stand-in with a sample repository");
    const github = await openGitHubWithApp(join(folder, "git"));
    closing.push(() => github.close());
    const { token: ownerToken } = github.createUser(owner, { name: "Ada" });
    const repository = await github.createRepository({
      owner,
      name: "slug",
      private: true,
      description: "The demo's sample repository",
      files: { ...sampleFiles },
      labels: { claude: "5319e7" },
    });
    const model = of.model === "real" ? null : await openModel({ scripts, choose });
    if (model !== null) closing.push(() => model.close());

    of.say("the control plane and its dashboard");
    await ensureBuilt();
    const env = environmentHere(home, github, model);
    const log = join(folder, "programs.log");
    const server = startProgram(["web", "start"], env, log);
    closing.push(() => server.end(5_000));
    const serverUrl = await server.firstLine();
    github.connectWebhook(`${serverUrl}/api/github/webhooks`);
    const operatorToken = readFileSync(join(home, "operator.token"), "utf8").trim();

    of.say("a runner");
    const runner = await openRunner(env, serverUrl, log);
    closing.push(() => endRunner(env, runner));
    return {
      github,
      model,
      repo: repository.fullName,
      ownerToken,
      serverUrl,
      operator: openClient(serverUrl, operatorToken),
      operatorToken,
      folder,
      repositoryFolder: repository.folder,
      attachHint: `tmux -L ${(await runnerConfigOf(env)).tmuxSocket} attach`,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** With the person's own terminal, and their login where that is asked for. */
function environmentHere(home: string, github: GitHubStandIn, model: ModelStandIn | null): Record<string, string> {
  return {
    ...environmentOf(home, github, model),
    ...(model === null ? { HOME: homedir(), ...realModel() } : {}),
    LANG: process.env.LANG ?? "C.UTF-8",
    TERM: process.env.TERM ?? "xterm-256color",
    PORT: "0",
  };
}

/** A key from the environment is used as it is; without one the person's own Claude Code login serves. */
function realModel(): Record<string, string> {
  const key = process.env.ANTHROPIC_API_KEY;
  return key === undefined ? {} : { ANTHROPIC_API_KEY: key };
}

async function openRunner(env: Record<string, string>, serverUrl: string, log: string): Promise<Program> {
  const withServer = { ...env, CC_ORCHESTRATOR_SERVER: serverUrl };
  await register(withServer, "demo", await printed(["runner", "token"], withServer));
  return startProgram(["runner", "start", "--slots", "2"], withServer, log);
}

async function endRunner(env: Record<string, string>, runner: Program): Promise<void> {
  // Whoever ends the demo does not wait for Claude: drained first, stopped a moment later.
  await runner.end(500);
  const { home, tmuxSocket } = await runnerConfigOf(env);
  await openTerminals({ home, socket: tmuxSocket }).killServer();
}
