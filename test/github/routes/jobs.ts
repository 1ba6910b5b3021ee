import { renderJob } from "../render/jobs.ts";
import type { CheckRun } from "../state/nouns.ts";
import { notFound } from "../state/problem.ts";
import { get, need, ok, type Question, type Route, repositoryOf } from "./route.ts";

const job = "/repos/{owner}/{repo}/actions/jobs/{job_id}";
const readActions = [need("actions", "read")];

function jobOf(question: Question): CheckRun {
  const run = repositoryOf(question).checkRuns.find(({ id }) => id === Number(question.params.job_id));
  if (run?.job === undefined) throw notFound();
  return run;
}

/** Jobs of GitHub Actions: which step failed, and where the log is for a minute. */
export const jobRoutes: Route[] = [
  get(job, readActions, (question) => ok(renderJob(question.world, repositoryOf(question), jobOf(question)))),
  get(`${job}/logs`, readActions, (question) => {
    const { id } = jobOf(question);
    return { status: 302, headers: { location: `${question.world.links.url}/_logs/${id}` } };
  }),
];
