/** The one file of the Action that knows the runner's part of the project. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { type AskedCredential, askedCredential, type Credential } from "../../runner/git/credential.ts";
import { GitError, git, gitBytes } from "../../runner/git/git.ts";
import { startRunner } from "../../runner/main.ts";
import { detectSandbox } from "../../runner/sandbox/detect.ts";

export { type AskedCredential, askedCredential, type Credential, detectSandbox, GitError, git, gitBytes };

export type JobRunner = { stop(): Promise<void>; done: Promise<void> };

/**
 * A runner for one run, with everything of its own below `home`.
 * @param modelKey written to a file that only this user can read
 */
export async function startJobRunner(
  of: {
    server: string;
    credential: string;
    home: string;
    claude: string;
    modelKey: string;
    modelUrl: string | null;
    /** tmux server name. */
    socket: string;
  },
  log: Logger,
): Promise<JobRunner> {
  mkdirSync(of.home, { recursive: true, mode: 0o700 });
  chmodSync(of.home, 0o700);
  const modelKeyFile = join(of.home, "model.key");
  writeFileSync(modelKeyFile, of.modelKey, { mode: 0o600 });
  const config = {
    server: of.server,
    home: of.home,
    credential: of.credential,
    slots: 1,
    claude: of.claude,
    modelKeyFile,
    modelUrl: of.modelUrl,
    includeFolder: null,
    tmuxSocket: of.socket,
  };
  return startRunner(config, { log, once: true });
}
