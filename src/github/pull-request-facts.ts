import { type Badge, statusContext } from "#domain/commit-status.ts";
import type { ChecksOnHead, FailingCheck } from "#domain/follow-up.ts";
import { checkName } from "#domain/surfaces/check-run.ts";
import { checkStateOf, statusStateOf } from "#domain/verdicts.ts";
import type { PullRequestHead } from "#operations/ports/github.ts";
import type { Remembered } from "./conditional.ts";
import { isRefusal } from "./failure.ts";
import type { Octokit } from "./octokit.ts";
import type { Place } from "./place.ts";
import { statusesOn } from "./statuses.ts";
import type { Us } from "./us.ts";

/** How a check may end that somebody has to do something about. */
const failures = new Set(["failure", "timed_out", "startup_failure"]);
const mostChecks = 100;
/** The slug of the app behind GitHub Actions. */
const actions = "github-actions";

/** Where a pull request stands; null when it is gone. GitHub works `mergeable` out after it was first asked for it. */
export async function pullRequestHead(
  octokit: Octokit,
  place: Place,
  number: number,
  remembered: Remembered,
): Promise<PullRequestHead | null> {
  try {
    const data = await remembered.read(`pull ${place.owner}/${place.repo}#${number}`, (headers) =>
      octokit.rest.pulls.get({ ...place, pull_number: number, headers }),
    );
    return {
      isOpen: data.state === "open",
      headSha: data.head.sha,
      base: { branch: data.base.ref, sha: data.base.sha },
      mergeable: data.mergeable,
    };
  } catch (error) {
    if (isRefusal(error, 404)) return null;
    throw error;
  }
}

/** The newest check of each name and the newest status of each context on a commit; our own are left out. */
export async function checksOn(
  octokit: Octokit,
  place: Place,
  sha: string,
  us: Us & { badge: Badge },
  remembered: Remembered,
): Promise<ChecksOnHead> {
  const at = `${place.owner}/${place.repo} ${sha}`;
  const runs = await orNone(us, async () => {
    const asked = { ...place, ref: sha, filter: "latest", per_page: mostChecks } as const;
    const data = await remembered.read(`checks ${at}`, (headers) =>
      octokit.rest.checks.listForRef({ ...asked, headers }),
    );
    return data.check_runs;
  });
  const found = await statusesOn(octokit, place, sha, remembered);
  const statuses = found.filter(({ context }) => us.badge === "check_run" || context !== statusContext);
  const others = runs.filter((run) => !isOurs(us, run));
  const failing: FailingCheck[] = others
    .filter((run) => run.status === "completed" && failures.has(run.conclusion ?? ""))
    .map((run) => ({
      id: run.id,
      app: run.app?.slug ?? "unknown",
      name: run.name,
      conclusion: run.conclusion ?? "failure",
      url: run.details_url ?? run.html_url,
      jobId: run.app?.slug === actions ? jobOf(run.details_url, run.id) : null,
      annotations: run.output.annotations_count,
      summary: [run.output.title, run.output.summary].filter((part) => part).join("\n\n") || null,
    }));
  for (const status of statuses) {
    if (status.state !== "failure" && status.state !== "error") continue;
    failing.push({
      id: null,
      app: "status",
      name: status.context,
      conclusion: status.state,
      url: status.target_url,
      jobId: null,
      annotations: 0,
      summary: status.description,
    });
  }
  const pending =
    others.filter((run) => run.status !== "completed").length +
    statuses.filter(({ state }) => state === "pending").length;
  return {
    failing,
    pending,
    all: [
      ...others.map((run) => ({
        id: run.id,
        app: run.app?.slug ?? "unknown",
        name: run.name,
        state: checkStateOf(run.status, run.conclusion),
        url: run.details_url ?? run.html_url,
      })),
      ...statuses.map(({ context: name, state, target_url: url }) => ({
        id: null,
        app: "status",
        name,
        state: statusStateOf(state),
        url,
      })),
    ],
  };
}

/** A fine-grained token of a person may be refused the check runs of others; their statuses are told all the same. */
async function orNone<T>(us: Us, read: () => Promise<T[]>): Promise<T[]> {
  try {
    return await read();
  } catch (error) {
    if (us.appId === null && isRefusal(error, 403)) return [];
    throw error;
  }
}

/** Without an App of our own the one of GitHub Actions writes our check runs, as it does those of other jobs. */
function isOurs(us: Us, run: { app: { id: number } | null; name: string; external_id: string | null }): boolean {
  if (us.appId !== null) return run.app?.id === us.appId;
  return run.name === checkName && /^TASK-\d+$/.test(run.external_id ?? "");
}

/** The page of a job ends in its id; the check run of a job has the same one. */
function jobOf(page: string | null, checkRun: number): number {
  const found = /\/actions\/runs\/\d+\/job\/(\d+)/.exec(page ?? "")?.[1];
  return found === undefined ? checkRun : Number(found);
}
