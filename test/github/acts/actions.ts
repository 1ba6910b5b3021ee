import { commit } from "../git/history.ts";
import { renderCommit } from "../render/commits.ts";
import { at } from "../render/json.ts";
import { repositoryApi } from "../render/repositories.ts";
import { renderUser } from "../render/users.ts";
import { nodeId } from "../state/ids.ts";
import type { CommitStatus, Repository, Sender, WorkflowDispatch } from "../state/nouns.ts";
import { GitHubProblem } from "../state/problem.ts";
import type { World } from "../state/world.ts";

/** Sets a commit status, as CI systems other than Actions do. */
export async function setStatus(
  world: World,
  repository: Repository,
  sender: Sender,
  given: { sha: string; state: string; context: string; description: string | null; targetUrl: string | null },
): Promise<CommitStatus> {
  const found = await commit(repository.git, given.sha).catch(() => null);
  if (!found) throw new GitHubProblem(422, `No commit found for SHA: ${given.sha}`);
  const same = repository.statuses.filter(({ sha, context }) => sha === given.sha && context === given.context);
  if (same.length >= 1000) {
    throw new GitHubProblem(422, "Validation Failed", {
      errors: [
        {
          resource: "Status",
          code: "custom",
          message: "This SHA and context has reached the maximum number of statuses.",
        },
      ],
    });
  }
  const status: CommitStatus = { id: world.ids.next("status"), ...given, creator: sender.user, createdAt: world.now() };
  repository.statuses.push(status);
  const branches = [];
  for (const [ref, sha] of await repository.git.refs("refs/heads")) {
    if (sha !== status.sha) continue;
    const url = `${repositoryApi(world.links, repository)}/commits/${sha}`;
    branches.push({ name: ref.slice("refs/heads/".length), commit: { sha, url }, protected: false });
  }
  const parts = {
    id: status.id,
    sha: status.sha,
    name: `${repository.owner.login}/${repository.name}`,
    target_url: status.targetUrl,
    avatar_url: `${world.links.url}/avatars/${status.creator.id}`,
    context: status.context,
    description: status.description,
    state: status.state,
    commit: renderCommit(world, repository, found),
    branches,
    created_at: at(status.createdAt),
    updated_at: at(status.createdAt),
  };
  world.happen({ repository, event: "status", action: null, sender, parts });
  return status;
}

/** Starts a workflow by hand. The run itself is for the caller to play; here it is only remembered. */
export async function dispatchWorkflow(
  world: World,
  repository: Repository,
  sender: Sender,
  given: { workflow: string; ref: string; inputs: Record<string, unknown> },
): Promise<WorkflowDispatch> {
  const ref = given.ref.startsWith("refs/") ? given.ref : `refs/heads/${given.ref}`;
  if (!(await repository.git.refs(ref)).has(ref)) throw new GitHubProblem(422, `No ref found for: ${given.ref}`);
  const path = `.github/workflows/${given.workflow}`;
  const file = await repository.git.attempt(["cat-file", "-e", `${ref}:${path}`]);
  if (file.code !== 0) throw new GitHubProblem(404, "Not Found");
  if (Object.keys(given.inputs).length > 25) throw new GitHubProblem(422, "you may only define up to 25 `inputs`");
  const dispatch: WorkflowDispatch = { ...given, runId: world.ids.next("workflowRun"), at: world.now() };
  repository.dispatches.push(dispatch);
  world.happen({
    repository,
    event: "workflow_dispatch",
    action: null,
    sender,
    parts: { inputs: given.inputs, ref, workflow: path },
  });
  return dispatch;
}

/** GitHub's `status`. */
export function renderStatus(world: World, repository: Repository, status: CommitStatus) {
  return {
    url: `${repositoryApi(world.links, repository)}/statuses/${status.sha}`,
    avatar_url: `${world.links.url}/avatars/${status.creator.id}`,
    id: status.id,
    node_id: nodeId("SC", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: at(status.createdAt),
    updated_at: at(status.createdAt),
    creator: renderUser(world.links, status.creator),
  };
}
