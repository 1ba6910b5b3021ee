/** The one file of the Action that knows the runner's part of the project. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { type AskedCredential, askedCredential, type Credential } from "../../runner/git/credential.ts";
import { GitError, git, gitBytes } from "../../runner/git/git.ts";
import { startRunner } from "../../runner/main.ts";
import { detectSandbox } from "../../runner/sandbox/detect.ts";

export { type AskedCredential, askedCredential, type Credential, detectSandbox, GitError, git, gitBytes };

export type JobRunner = {
  /** Takes nothing more, and ends when what runs has ended. */
  drain(): Promise<void>;
  /** Stops what runs, saves its work and gives it back. */
  stop(): Promise<void>;
  done: Promise<void>;
};

export type JobRunnerOptions = {
  server: string;
  credential: string;
  /** Everything of the runner's own is below it. */
  home: string;
  claude: string;
  /** Written to a file that only this user can read; null where the environment has what is needed. */
  modelKey: string | null;
  modelEnvironment: Readonly<Record<string, string>>;
  modelUrl: string | null;
  /** tmux server name. */
  socket: string;
  /** Ends after one run. */
  once: boolean;
};

/** A runner with one slot. */
export async function startJobRunner(of: JobRunnerOptions, log: Logger): Promise<JobRunner> {
  mkdirSync(of.home, { recursive: true, mode: 0o700 });
  chmodSync(of.home, 0o700);
  const { modelKey } = of;
  const modelKeyFile = modelKey === null ? null : join(of.home, "model.key");
  if (modelKey !== null && modelKeyFile !== null) writeFileSync(modelKeyFile, modelKey, { mode: 0o600 });
  const config = {
    server: of.server,
    home: of.home,
    credential: of.credential,
    slots: 1,
    claude: of.claude,
    modelKeyFile,
    ...(modelKeyFile === null ? { modelEnvironment: of.modelEnvironment } : {}),
    modelUrl: of.modelUrl,
    includeFolder: null,
    isEphemeral: true,
    tmuxSocket: of.socket,
  };
  return startRunner(config, { log, once: of.once });
}
