import {
  type CheckRunChange,
  createCheckRun,
  suiteCommit,
  tellRun,
  tellSuite,
  updateCheckRun,
} from "../acts/checks.ts";
import { renderCheckRun, renderSuite } from "../render/checks.ts";
import type { CheckRun, CheckSuite } from "../state/nouns.ts";
import { GitHubProblem, notFound } from "../state/problem.ts";
import { counted, page } from "./page.ts";
import { get, ok, type Question, type Route, readChecks, repositoryOf, sender, write, writeChecks } from "./route.ts";

function onlyApps({ actor }: Question): void {
  if (actor.kind !== "installation") throw new GitHubProblem(403, "You must authenticate via a GitHub App.");
}

function runOf(question: Question): CheckRun {
  const run = repositoryOf(question).checkRuns.find(({ id }) => id === Number(question.params.check_run_id));
  if (!run) throw notFound();
  return run;
}

/** Only the App that made a check run changes it. */
function ownRunOf(question: Question): CheckRun {
  onlyApps(question);
  const run = runOf(question);
  if (run.suite.app !== question.world.app) throw new GitHubProblem(403, "Resource not accessible by integration");
  return run;
}

function suiteOf(question: Question): CheckSuite {
  const suite = repositoryOf(question).checkSuites.find(({ id }) => id === Number(question.params.check_suite_id));
  if (!suite) throw notFound();
  return suite;
}

async function shaOf(question: Question): Promise<string> {
  const sha = await repositoryOf(question).git.resolve(question.params.ref ?? "");
  if (!sha) throw new GitHubProblem(422, `No commit found for SHA: ${question.params.ref}`);
  return sha;
}

/** Only the newest run of each name counts, unless `filter=all`. */
function listRuns(question: Question, runs: CheckRun[]) {
  const { query, world } = question;
  const name = query.get("check_name");
  const status = query.get("status");
  const app = query.get("app_id");
  const newest = new Map(runs.map((run) => [`${run.suite.app.id} ${run.name}`, run]));
  const all = (query.get("filter") === "all" ? runs : [...newest.values()])
    .filter((run) => name === null || run.name === name)
    .filter((run) => status === null || run.status === status)
    .filter((run) => app === null || run.suite.app.id === Number(app))
    .toReversed();
  return page(question, all, (run) => renderCheckRun(world, repositoryOf(question), run), counted("check_runs"));
}

async function renderSuites(question: Question, suites: CheckSuite[]) {
  const repository = repositoryOf(question);
  const rendered = [];
  for (const suite of suites) {
    rendered.push(renderSuite(question.world, repository, suite, await suiteCommit(repository, suite.headSha)));
  }
  return rendered;
}

const one = "/repos/{owner}/{repo}/check-runs/{check_run_id}";
const suite = "/repos/{owner}/{repo}/check-suites/{check_suite_id}";

export const checkRoutes: Route[] = [
  write("POST", "/repos/{owner}/{repo}/check-runs", writeChecks, async (question) => {
    onlyApps(question);
    const given = question.body as unknown as CheckRunChange & { name: string; head_sha: string };
    const run = await createCheckRun(question.world, repositoryOf(question), sender(question), given);
    return ok(renderCheckRun(question.world, repositoryOf(question), run), 201);
  }),
  write("PATCH", one, writeChecks, async (question) => {
    const run = ownRunOf(question);
    const change = question.body as CheckRunChange;
    await updateCheckRun(question.world, repositoryOf(question), run, sender(question), change);
    return ok(renderCheckRun(question.world, repositoryOf(question), run));
  }),
  get(one, readChecks, (question) => ok(renderCheckRun(question.world, repositoryOf(question), runOf(question)))),
  get(`${one}/annotations`, readChecks, (question) => {
    const { apiUrl } = question.world.links;
    const run = runOf(question);
    return page(question, run.annotations, (annotation) => ({
      ...annotation,
      start_column: annotation.start_column ?? null,
      end_column: annotation.end_column ?? null,
      title: annotation.title ?? null,
      raw_details: annotation.raw_details ?? null,
      blob_href: `${apiUrl}/blob/${run.headSha}/${annotation.path}`,
    }));
  }),
  write("POST", `${one}/rerequest`, writeChecks, (question) => {
    const run = runOf(question);
    tellRun(question.world, repositoryOf(question), run, sender(question), "rerequested");
    return ok({}, 201);
  }),
  get("/repos/{owner}/{repo}/commits/{ref}/check-runs", readChecks, async (question) => {
    const sha = await shaOf(question);
    return listRuns(
      question,
      repositoryOf(question).checkRuns.filter((run) => run.headSha === sha),
    );
  }),
  get("/repos/{owner}/{repo}/commits/{ref}/check-suites", readChecks, async (question) => {
    const sha = await shaOf(question);
    const app = question.query.get("app_id");
    const suites = repositoryOf(question)
      .checkSuites.filter(({ headSha }) => headSha === sha)
      .filter((one) => app === null || one.app.id === Number(app));
    return page(question, await renderSuites(question, suites), (rendered) => rendered, counted("check_suites"));
  }),
  get(suite, readChecks, async (question) => ok((await renderSuites(question, [suiteOf(question)]))[0])),
  get(`${suite}/check-runs`, readChecks, (question) => {
    const wanted = suiteOf(question);
    return listRuns(
      question,
      repositoryOf(question).checkRuns.filter((run) => run.suite === wanted),
    );
  }),
  write("POST", `${suite}/rerequest`, writeChecks, async (question) => {
    await tellSuite(question.world, repositoryOf(question), suiteOf(question), sender(question), "rerequested");
    return ok({}, 201);
  }),
];
