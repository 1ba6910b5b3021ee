import { join } from "node:path";
import pino, { type Logger } from "pino";

/** The job in which we are, as GitHub's runner tells of it. */
export type JobPlace = {
  /** Where everything of ours is; the runner empties it before and after each job. */
  folder: string;
  /** The workflow run's id and attempt. */
  runId: string;
  attempt: number;
  /** The workflow run's page; null outside of GitHub. */
  url: string | null;
  actor: string;
  /** `owner/name` */
  repository: string;
  apiUrl: string;
  event: { name: string; path: string };
};

/** https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
export function readJob(env: Readonly<Record<string, string | undefined>>): JobPlace {
  const runId = env.GITHUB_RUN_ID ?? "0";
  const repository = env.GITHUB_REPOSITORY ?? "";
  const { GITHUB_SERVER_URL: site } = env;
  return {
    folder: join(env.RUNNER_TEMP ?? process.cwd(), "cc-orchestrator"),
    runId,
    attempt: Number(env.GITHUB_RUN_ATTEMPT ?? 1),
    url: site === undefined ? null : `${site}/${repository}/actions/runs/${runId}`,
    actor: env.GITHUB_TRIGGERING_ACTOR ?? env.GITHUB_ACTOR ?? "somebody",
    repository,
    apiUrl: env.GITHUB_API_URL ?? "https://api.github.com",
    event: { name: env.GITHUB_EVENT_NAME ?? "", path: env.GITHUB_EVENT_PATH ?? "" },
  };
}

/** Lines in the job's own log. */
export function jobLog(): Logger {
  return pino({ level: "info", base: null }, pino.destination({ fd: 1, sync: true }));
}
