import { dispatchWorkflow, renderStatus, setStatus } from "../acts/actions.ts";
import { addBlocker, addChild, removeBlocker } from "../acts/links.ts";
import { renderIssue } from "../render/issues.ts";
import { renderRepository, repositoryApi, repositoryPage } from "../render/repositories.ts";
import type { CommitStatus, Issue } from "../state/nouns.ts";
import { GitHubProblem, notFound } from "../state/problem.ts";
import { page } from "./page.ts";
import {
  get,
  issueOf,
  need,
  ok,
  type Question,
  type Route,
  readIssue,
  repositoryOf,
  sender,
  text,
  write,
  writeIssue,
} from "./route.ts";

const readStatuses = [need("statuses", "read")];
const subIssues = "/repos/{owner}/{repo}/issues/{issue_number}/sub_issues";
const blockedBy = "/repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by";

async function statusesOf(question: Question): Promise<{ sha: string; all: CommitStatus[] }> {
  const sha = await repositoryOf(question).git.resolve(question.params.ref ?? "");
  if (!sha) throw new GitHubProblem(422, `No commit found for SHA: ${question.params.ref}`);
  return {
    sha,
    all: repositoryOf(question)
      .statuses.filter((status) => status.sha === sha)
      .toReversed(),
  };
}

/** The newest status of each context decides: any failure, then any pending, then success. */
function combined(statuses: readonly CommitStatus[]): string {
  if (statuses.some(({ state }) => state === "failure" || state === "error")) return "failure";
  if (statuses.length === 0 || statuses.some(({ state }) => state === "pending")) return "pending";
  return "success";
}

function issueById(question: Question, id: number): Issue {
  const found = [...repositoryOf(question).issues.values()].find((issue) => issue.id === id);
  if (!found) throw notFound();
  return found;
}

/** Commit statuses, workflow dispatch and issue dependencies: what other systems and planning leave at GitHub. */
export const actionRoutes: Route[] = [
  write("POST", "/repos/{owner}/{repo}/statuses/{sha}", [need("statuses", "write")], async (question) => {
    const { world, body, params } = question;
    const status = await setStatus(world, repositoryOf(question), sender(question), {
      sha: params.sha ?? "",
      state: String(body.state),
      context: text(body.context) ?? "default",
      description: text(body.description) ?? null,
      targetUrl: text(body.target_url) ?? null,
    });
    return ok(renderStatus(world, repositoryOf(question), status), 201);
  }),
  get("/repos/{owner}/{repo}/commits/{ref}/statuses", readStatuses, async (question) =>
    page(question, (await statusesOf(question)).all, (one) =>
      renderStatus(question.world, repositoryOf(question), one),
    ),
  ),
  get("/repos/{owner}/{repo}/commits/{ref}/status", readStatuses, async (question) => {
    const { sha, all } = await statusesOf(question);
    const newest = [...new Map(all.toReversed().map((status) => [status.context, status])).values()];
    const repository = repositoryOf(question);
    const { world } = question;
    const url = `${repositoryApi(world.links, repository)}/commits/${sha}`;
    return ok({
      state: combined(newest),
      statuses: newest.map((status) => {
        const { creator: _creator, ...simple } = renderStatus(world, repository, status);
        return simple;
      }),
      sha,
      total_count: newest.length,
      repository: renderRepository(world.links, repository),
      commit_url: url,
      url: `${url}/status`,
    });
  }),
  write(
    "POST",
    "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
    [need("actions", "write")],
    async (question) => {
      const { world, body, params } = question;
      const repository = repositoryOf(question);
      const dispatch = await dispatchWorkflow(world, repository, sender(question), {
        workflow: params.workflow_id ?? "",
        ref: String(body.ref),
        inputs: (body.inputs ?? {}) as Record<string, unknown>,
      });
      if (body.return_run_details !== true && question.version < "2026-03-10") return { status: 204 };
      return ok({
        workflow_run_id: dispatch.runId,
        run_url: `${repositoryApi(world.links, repository)}/actions/runs/${dispatch.runId}`,
        html_url: `${repositoryPage(world.links, repository)}/actions/runs/${dispatch.runId}`,
      });
    },
  ),
  write("POST", "/repos/{owner}/{repo}/actions/runs/{run_id}/cancel", [need("actions", "write")], (question) => {
    const run = repositoryOf(question).dispatches.find(({ runId }) => String(runId) === question.params.run_id);
    if (run === undefined) throw notFound();
    if (run.isCancelled === true) throw new GitHubProblem(409, "Cannot cancel a workflow run that is completed.");
    run.isCancelled = true;
    return ok({}, 202);
  }),
  get(blockedBy, readIssue, (question) =>
    page(question, issueOf(question).blockedBy, (one) => renderIssue(question.world, repositoryOf(question), one)),
  ),
  write("POST", blockedBy, writeIssue, (question) => {
    const issue = issueOf(question);
    const blocker = issueById(question, Number(question.body.issue_id));
    addBlocker(question.world, repositoryOf(question), issue, blocker, sender(question));
    return ok(renderIssue(question.world, repositoryOf(question), issue), 201);
  }),
  write("DELETE", `${blockedBy}/{issue_id}`, writeIssue, (question) => {
    const issue = issueOf(question);
    const blocker = issueById(question, Number(question.params.issue_id));
    if (!issue.blockedBy.includes(blocker)) throw notFound();
    removeBlocker(question.world, repositoryOf(question), issue, blocker, sender(question));
    return ok(renderIssue(question.world, repositoryOf(question), issue));
  }),
  get(subIssues, readIssue, (question) =>
    page(question, issueOf(question).children, (one) => renderIssue(question.world, repositoryOf(question), one)),
  ),
  write("POST", subIssues, writeIssue, (question) => {
    const child = issueById(question, Number(question.body.sub_issue_id));
    addChild(question.world, repositoryOf(question), issueOf(question), child, sender(question));
    return ok(renderIssue(question.world, repositoryOf(question), child), 201);
  }),
];
