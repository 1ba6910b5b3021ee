import { nodeId } from "../state/ids.ts";
import type { CheckRun, Repository } from "../state/nouns.ts";
import type { World } from "../state/world.ts";
import { at, type Json } from "./json.ts";
import { repositoryApi, repositoryPage } from "./repositories.ts";

/** Each step takes this long. */
const stepMs = 2_000;

function timesOf(run: CheckRun, index: number): { from: Date; to: Date } {
  const start = Math.floor(run.startedAt.getTime() / 1_000) * 1_000;
  return { from: new Date(start + index * stepMs), to: new Date(start + (index + 1) * stepMs - 1_000) };
}

/** GitHub's `job`. */
export function renderJob(world: World, repository: Repository, run: CheckRun): Json {
  const api = repositoryApi(world.links, repository);
  return {
    id: run.id,
    run_id: run.suite.id,
    run_url: `${api}/actions/runs/${run.suite.id}`,
    run_attempt: 1,
    node_id: nodeId("CR", run.id),
    head_sha: run.headSha,
    url: `${api}/actions/jobs/${run.id}`,
    html_url: `${repositoryPage(world.links, repository)}/actions/runs/${run.suite.id}/job/${run.id}`,
    status: run.status,
    conclusion: run.conclusion,
    created_at: at(run.startedAt),
    started_at: at(run.startedAt),
    completed_at: at(run.completedAt),
    name: run.name,
    steps: (run.job?.steps ?? []).map(({ name, conclusion }, index) => {
      const { from, to } = timesOf(run, index);
      const times = { started_at: at(from), completed_at: at(to) };
      return { name, status: "completed", conclusion, number: index + 1, ...times };
    }),
    check_run_url: `${api}/check-runs/${run.id}`,
    labels: ["ubuntu-latest"],
    runner_id: 1,
    runner_name: "GitHub Actions 1",
    runner_group_id: 1,
    runner_group_name: "GitHub Actions",
    workflow_name: "CI",
    head_branch: run.suite.headBranch,
  };
}

/** The log of a job: every line with its time, as GitHub keeps it. */
export function renderLog(run: CheckRun): string {
  const lines = (run.job?.steps ?? []).flatMap(({ lines: printed }, index) => {
    const { from } = timesOf(run, index);
    return printed.map(
      (line, n) => `${from.toISOString().replace("Z", `${String(n % 10_000).padStart(4, "0")}Z`)} ${line}`,
    );
  });
  return `\ufeff${lines.join("\n")}\n`;
}
