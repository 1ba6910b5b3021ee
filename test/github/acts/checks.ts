import { commit } from "../git/history.ts";
import { renderCheckRun, renderSuite, renderSuiteInRun, type SuiteCommit, suiteOutcome } from "../render/checks.ts";
import type { Json } from "../render/json.ts";
import type { CheckAction, CheckAnnotation, CheckRun, CheckSuite, Job, Repository, Sender } from "../state/nouns.ts";
import { GitHubProblem, invalid } from "../state/problem.ts";
import type { AppIdentity, World } from "../state/world.ts";

/** What a create or update asks; absent fields stay. */
export interface CheckRunChange {
  name?: string | undefined;
  details_url?: string | undefined;
  external_id?: string | undefined;
  status?: string | undefined;
  conclusion?: string | undefined;
  started_at?: string | undefined;
  completed_at?: string | undefined;
  output?: { title?: string; summary?: string; text?: string; annotations?: CheckAnnotation[] } | undefined;
  actions?: CheckAction[] | undefined;
}

/** What the description leaves out; its lengths and counts are checked as part of the contract. */
function checkConclusion(change: CheckRunChange): void {
  if (change.status !== "completed" || change.conclusion !== undefined) return;
  throw invalid("CheckRun", "conclusion", "missing_field", "A conclusion is required when status is completed");
}

function applyChange(world: World, run: CheckRun, change: CheckRunChange): void {
  run.name = change.name ?? run.name;
  run.detailsUrl = change.details_url ?? run.detailsUrl;
  run.externalId = change.external_id ?? run.externalId;
  run.actions = change.actions ?? run.actions;
  if (change.started_at) run.startedAt = new Date(change.started_at);
  if (change.output) {
    const { title, summary, text, annotations } = change.output;
    run.output = {
      title: title ?? run.output.title,
      summary: summary ?? run.output.summary,
      text: text ?? run.output.text,
    };
    run.annotations.push(...(annotations ?? []));
  }
  if (change.conclusion !== undefined) {
    run.status = "completed";
    run.conclusion = change.conclusion;
    run.completedAt = change.completed_at ? new Date(change.completed_at) : world.now();
  } else if (change.status !== undefined) {
    run.status = change.status;
    run.conclusion = null;
    run.completedAt = null;
  }
  run.suite.updatedAt = world.now();
}

/** Tells of a run: the run as REST shows it, with the whole suite inside. */
export function tellRun(
  world: World,
  repository: Repository,
  run: CheckRun,
  sender: Sender,
  action: string,
  more: Json = {},
): void {
  const rendered = renderCheckRun(world, repository, run);
  const parts = { check_run: { ...rendered, check_suite: renderSuiteInRun(world, repository, run.suite) }, ...more };
  world.happen({ repository, event: "check_run", action, sender, parts });
}

export async function suiteCommit(repository: Repository, sha: string): Promise<SuiteCommit> {
  const found = await commit(repository.git, sha);
  if (!found) throw new GitHubProblem(422, `No commit found for SHA: ${sha}`);
  return { sha, tree: found.tree, message: found.message, at: found.committer.date, author: found.author };
}

export async function tellSuite(
  world: World,
  repository: Repository,
  suite: CheckSuite,
  sender: Sender,
  action: string,
): Promise<void> {
  const details = await suiteCommit(repository, suite.headSha);
  const {
    repository: _repository,
    runs_rerequestable: _runs,
    rerequestable: _suite,
    ...rendered
  } = renderSuite(world, repository, suite, details);
  world.happen({ repository, event: "check_suite", action, sender, parts: { check_suite: rendered } });
}

/** An App's suite for a commit; made when there is none yet. */
export function suiteFor(
  world: World,
  repository: Repository,
  app: AppIdentity,
  sha: string,
  branch: string | null,
): CheckSuite {
  const known = repository.checkSuites.find((suite) => suite.headSha === sha && suite.app === app);
  if (known) return known;
  const now = world.now();
  const suite: CheckSuite = {
    id: world.ids.next("checkSuite"),
    app,
    headSha: sha,
    headBranch: branch,
    before: null,
    createdAt: now,
    updatedAt: now,
    rerequestable: true,
  };
  repository.checkSuites.push(suite);
  return suite;
}

async function branchAt(repository: Repository, sha: string): Promise<string | null> {
  for (const [ref, at] of await repository.git.refs("refs/heads"))
    if (at === sha) return ref.slice("refs/heads/".length);
  return null;
}

export async function createCheckRun(
  world: World,
  repository: Repository,
  sender: Sender,
  given: CheckRunChange & { name: string; head_sha: string },
  app: AppIdentity = world.app,
  job: Job | null = null,
): Promise<CheckRun> {
  checkConclusion(given);
  if ((await repository.git.resolve(given.head_sha)) !== given.head_sha) {
    throw new GitHubProblem(422, `No commit found for SHA: ${given.head_sha}`);
  }
  const suite = suiteFor(world, repository, app, given.head_sha, await branchAt(repository, given.head_sha));
  const run: CheckRun = {
    id: world.ids.next("checkRun"),
    suite,
    name: given.name,
    headSha: given.head_sha,
    status: "queued",
    conclusion: null,
    externalId: "",
    detailsUrl: null,
    startedAt: world.now(),
    completedAt: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
    actions: [],
    ...(job === null ? {} : { job }),
  };
  applyChange(world, run, given);
  repository.checkRuns.push(run);
  tellRun(world, repository, run, sender, "created");
  if (run.status === "completed") await finish(world, repository, run, sender);
  return run;
}

export async function updateCheckRun(
  world: World,
  repository: Repository,
  run: CheckRun,
  sender: Sender,
  change: CheckRunChange,
): Promise<void> {
  checkConclusion(change);
  const wasCompleted = run.status === "completed";
  applyChange(world, run, change);
  if (run.status === "completed" && !wasCompleted) await finish(world, repository, run, sender);
  else world.happenings.emit("changed");
}

async function finish(world: World, repository: Repository, run: CheckRun, sender: Sender): Promise<void> {
  tellRun(world, repository, run, sender, "completed");
  if (suiteOutcome(repository, run.suite).status === "completed") {
    await tellSuite(world, repository, run.suite, sender, "completed");
  }
}
