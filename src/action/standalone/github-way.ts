import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import { octokitGitHub } from "#github/octokit-github.ts";
import { AppSetupError, openProbot } from "#github/probot.ts";
import { openTokenGitHub } from "#github/token-github.ts";
import type { GitHub } from "#operations/ports/github.ts";
import { InputError } from "../input-names.ts";
import type { StandaloneInputs } from "../inputs.ts";
import type { JobPlace } from "../job.ts";

/** GitHub, by the workflow's token or as an App. */
export type GitHubWay = { github: GitHub; close(): Promise<void> };

const requestTimeoutMs = 30_000;
const patienceMs = 5_000;
/** Who the token of a workflow stands for; GitHub does not tell it of such a token. */
const workflowLogin = "github-actions[bot]";

const badKey =
  "it is no private key in PEM form: generate one in the App's settings on GitHub, and give its whole text";

/** @throws InputError for a key that is none */
export async function openGitHubWay(inputs: StandaloneInputs, job: JobPlace, log: Logger): Promise<GitHubWay> {
  const clock = () => Date.now();
  const { github } = inputs;
  // GitHub asks for a second between two writes; a server on this machine does not.
  const writeIntervalMs = /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(job.apiUrl) ? 0 : 1_000;
  if (github.kind === "app") {
    const probot = await openProbot({
      appId: github.appId,
      privateKey: github.privateKey,
      // No webhook can come in: nobody listens.
      webhookSecret: randomBytes(32).toString("hex"),
      apiUrl: job.apiUrl,
      writeIntervalMs,
      requestTimeoutMs,
      clock,
      log,
      accept: () => undefined,
    }).catch((error: unknown) => {
      throw error instanceof AppSetupError ? new InputError("app-key", badKey) : error;
    });
    return {
      github: octokitGitHub({ probot: probot.probot, appId: github.appId }),
      close: () => probot.close(patienceMs),
    };
  }
  const isPersonal = /^(ghp_|github_pat_|gho_|ghu_)/.test(github.token);
  const way = openTokenGitHub({
    readToken: () => github.token,
    onToken: (isTaken) => {
      if (!isTaken) log.warn("GitHub does not take github-token any more");
    },
    apiUrl: job.apiUrl,
    repositories: [job.repository],
    badge: isPersonal ? "status" : "check_run",
    login: isPersonal ? null : workflowLogin,
    writeIntervalMs,
    requestTimeoutMs,
    clock,
  });
  return { github: way.github, close: () => way.close(patienceMs) };
}
