import { nodeId } from "../state/ids.ts";
import { type CheckRun, type CheckSuite, isPull, type Repository } from "../state/nouns.ts";
import type { World } from "../state/world.ts";
import { at, type Json } from "./json.ts";
import { renderPullMinimal } from "./pulls.ts";
import { renderRepository, repositoryApi, repositoryPage } from "./repositories.ts";
import { renderApp } from "./users.ts";

function pullsAt(world: World, repository: Repository, sha: string): Json[] {
  return [...repository.issues.values()]
    .filter(isPull)
    .filter((issue) => issue.state === "open" && issue.pull.headSha === sha)
    .map((issue) => renderPullMinimal(world, repository, issue));
}

export function renderCheckRun(world: World, repository: Repository, run: CheckRun): Json {
  const api = `${repositoryApi(world.links, repository)}/check-runs/${run.id}`;
  const page = `${repositoryPage(world.links, repository)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CR", run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url: api,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: at(run.startedAt),
    completed_at: at(run.completedAt),
    output: { ...run.output, annotations_count: run.annotations.length, annotations_url: `${api}/annotations` },
    check_suite: { id: run.suite.id },
    app: renderApp(world, run.suite.app),
    pull_requests: pullsAt(world, repository, run.headSha),
  };
}

/** A suite's status and conclusion follow from its runs. */
export function suiteOutcome(repository: Repository, suite: CheckSuite): { status: string; conclusion: string | null } {
  const all = repository.checkRuns.filter((run) => run.suite === suite);
  // A check that ran again counts once, as it ended last.
  const runs = [...new Map(all.map((run) => [run.name, run])).values()];
  if (runs.length === 0) return { status: "queued", conclusion: null };
  if (runs.some((run) => run.status !== "completed")) {
    return { status: runs.every((run) => run.status === "queued") ? "queued" : "in_progress", conclusion: null };
  }
  const order = ["action_required", "cancelled", "timed_out", "failure", "stale", "neutral", "success", "skipped"];
  const worst = order.find((conclusion) => runs.some((run) => run.conclusion === conclusion));
  return { status: "completed", conclusion: worst ?? null };
}

export interface SuiteCommit {
  sha: string;
  tree: string;
  message: string;
  at: Date;
  author: { name: string; email: string };
}

export function renderSuite(world: World, repository: Repository, suite: CheckSuite, commit: SuiteCommit): Json {
  const api = `${repositoryApi(world.links, repository)}/check-suites/${suite.id}`;
  const runs = repository.checkRuns.filter((run) => run.suite === suite);
  return {
    id: suite.id,
    node_id: nodeId("CS", suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteOutcome(repository, suite),
    url: api,
    before: suite.before,
    after: suite.headSha,
    pull_requests: pullsAt(world, repository, suite.headSha),
    app: renderApp(world, suite.app),
    repository: renderRepository(world.links, repository),
    created_at: at(suite.createdAt),
    updated_at: at(suite.updatedAt),
    head_commit: renderSimpleCommit(commit),
    latest_check_runs_count: runs.length,
    check_runs_url: `${api}/check-runs`,
    rerequestable: suite.rerequestable,
    runs_rerequestable: suite.rerequestable,
  };
}

/** GitHub's `simple-commit`. */
function renderSimpleCommit(commit: SuiteCommit): Json {
  const person = { name: commit.author.name, email: commit.author.email };
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: at(commit.at),
    author: person,
    committer: person,
  };
}

/** The suite as a check_run webhook carries it inside the run. */
export function renderSuiteInRun(world: World, repository: Repository, suite: CheckSuite): Json {
  return {
    id: suite.id,
    node_id: nodeId("CS", suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteOutcome(repository, suite),
    url: `${repositoryApi(world.links, repository)}/check-suites/${suite.id}`,
    before: suite.before,
    after: suite.headSha,
    pull_requests: pullsAt(world, repository, suite.headSha),
    app: renderApp(world, suite.app),
    created_at: at(suite.createdAt),
    updated_at: at(suite.updatedAt),
  };
}
