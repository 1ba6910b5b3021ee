/** The one file of the Action that knows the runner's part of the project. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { type AskedCredential, askedCredential, type Credential } from "../../runner/git/credential.ts";
import { GitError, git, gitBytes } from "../../runner/git/git.ts";
import { startRunner } from "../../runner/main.ts";
import { noteLastWords } from "../../runner/run/last-words.ts";
import { detectSandbox } from "../../runner/sandbox/detect.ts";
import { taskFolderName } from "../../runner/sweep-home.ts";
import { openTmux } from "../../runner/tmux.ts";

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

/** A job may be ended from one moment to the next, and nothing of its machine is left. */
const wipMinutes = 0.5;

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
    wipMinutes,
    tmuxSocket: of.socket,
  };
  const runner = await startRunner(config, { log, once: of.once });
  const done = runner.done.finally(() => removeTmux(of, log));
  return {
    done,
    async drain() {
      await runner.drain();
      await done;
    },
    stop: () => runner.stop(),
  };
}

/** A machine of one's own has many jobs, and each would leave a socket behind. */
async function removeTmux({ home, socket }: JobRunnerOptions, log: Logger): Promise<void> {
  await openTmux({ home, socket })
    .endServer()
    .catch((error: unknown) => log.warn({ error: String(error) }, "tmux's socket stays behind"));
}

/** Lets Claude know, in a session that goes on, that the job before this one was ended in the midst of its work. */
export function noteEndOfJob(home: string, of: { repository: string; task: string; sessionId: string }): void {
  const folder = join(home, "tasks", taskFolderName(of));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  noteLastWords(folder, { sessionId: of.sessionId, sentence: "the machine that ran you was taken away." });
}
