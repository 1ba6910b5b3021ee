import { pullStats } from "../git/history.ts";
import { type MergeMethod, mergeCommit } from "../git/merge.ts";
import { type Issue, isPull, type PullIssue, type Repository, type Sender } from "../state/nouns.ts";
import { GitHubProblem, invalid } from "../state/problem.ts";
import type { World } from "../state/world.ts";
import { checkBody, checkTitle, closeIssue, newIssue, note, tellIssue } from "./issues.ts";
import { afterPush } from "./refs.ts";

/** Opens a pull request between two branches of one repository; GitHub's 422s where it would refuse. */
export async function openPull(
  world: World,
  repository: Repository,
  sender: Sender,
  given: { title: string; body: string | null; head: string; base: string; draft: boolean },
): Promise<PullIssue> {
  checkTitle("PullRequest", given.title);
  checkBody("PullRequest", given.body);
  const ownPrefix = `${repository.owner.login}:`;
  const headRef = given.head.startsWith(ownPrefix) ? given.head.slice(ownPrefix.length) : given.head;
  const refs = await repository.git.refs("refs/heads");
  const headSha = refs.get(`refs/heads/${headRef}`);
  const baseSha = refs.get(`refs/heads/${given.base}`);
  if (!headSha) throw invalid("PullRequest", "head", "invalid");
  if (!baseSha) throw invalid("PullRequest", "base", "invalid");
  const stats = await pullStats(repository.git, baseSha, headSha);
  if (stats.commits === 0) {
    throw invalid("PullRequest", "base", "custom", `No commits between ${given.base} and ${headRef}`);
  }
  const twin = [...repository.issues.values()]
    .filter(isPull)
    .find((one) => one.state === "open" && one.pull.headRef === headRef && one.pull.baseRef === given.base);
  if (twin) {
    const message = `A pull request already exists for ${repository.owner.login}:${headRef}.`;
    throw new GitHubProblem(422, "Validation Failed", {
      errors: [{ resource: "PullRequest", code: "custom", message }],
    });
  }
  const issue: PullIssue = {
    ...newIssue(world, repository, sender, given),
    pull: {
      id: world.ids.next("pull"),
      headRef,
      headSha,
      baseRef: given.base,
      baseSha,
      draft: given.draft,
      mergedAt: null,
      mergedBy: null,
      mergeCommitSha: null,
      requestedReviewers: [],
      reviews: [],
      reviewComments: [],
      threads: [],
      stats,
    },
  };
  repository.issues.set(issue.number, issue);
  await repository.git.updateRef(`refs/pull/${issue.number}/head`, headSha);
  tellIssue(world, repository, issue, sender, "opened");
  return issue;
}

/** The issues that a pull request's text closes when it is merged into the default branch. */
export function closedBy(repository: Repository, text: string): Issue[] {
  const words = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:([\w.-]+\/[\w.-]+))?#(\d+)\b/gi;
  const own = `${repository.owner.login}/${repository.name}`.toLowerCase();
  return [...text.matchAll(words)]
    .filter(([, elsewhere]) => elsewhere === undefined || elsewhere.toLowerCase() === own)
    .map(([, , number]) => repository.issues.get(Number(number)))
    .filter((issue): issue is Issue => issue !== undefined && issue.pull === null);
}

function mergeTitle(repository: Repository, issue: PullIssue, method: MergeMethod): string {
  if (method !== "merge") return `${issue.title} (#${issue.number})`;
  return `Merge pull request #${issue.number} from ${repository.owner.login}/${issue.pull.headRef}`;
}

/** Merges; throws GitHub's 405 or 409 when it cannot. Closing words in the body close their issues. */
export async function mergePull(
  world: World,
  repository: Repository,
  issue: PullIssue,
  sender: Sender,
  how: { method: MergeMethod; sha?: string | undefined; title?: string | undefined; message?: string | undefined },
): Promise<string> {
  const { pull } = issue;
  const refuse = (): GitHubProblem => new GitHubProblem(405, "Pull Request is not mergeable");
  if (issue.state === "closed") throw refuse();
  if (pull.draft) throw new GitHubProblem(405, "Pull Request is still a draft");
  if (how.sha !== undefined && how.sha !== pull.headSha) {
    throw new GitHubProblem(409, "Head branch was modified. Review and try the merge again.");
  }
  const before = pull.baseSha;
  const merged = await mergeCommit(repository.git, {
    method: how.method,
    base: before,
    head: pull.headSha,
    author: sender.user,
    at: world.now(),
    title: how.title ?? mergeTitle(repository, issue, how.method),
    message: how.message ?? issue.title,
  });
  if (merged === null) throw refuse();
  if (!(await repository.git.updateRef(`refs/heads/${pull.baseRef}`, merged, before))) {
    throw new GitHubProblem(409, "Base branch was modified. Review and try the merge again.");
  }
  const now = world.now();
  Object.assign(pull, { mergedAt: now, mergedBy: sender.user, mergeCommitSha: merged });
  Object.assign(issue, { state: "closed", closedAt: now, closedBy: sender.user });
  note(world, issue, sender, "merged", { commitId: merged });
  note(world, issue, sender, "closed");
  tellIssue(world, repository, issue, sender, "closed");
  await afterPush(world, repository, sender, [{ ref: `refs/heads/${pull.baseRef}`, before, after: merged }]);
  if (pull.baseRef === repository.defaultBranch) {
    for (const closed of closedBy(repository, issue.body ?? "")) {
      closeIssue(world, repository, closed, sender, "completed", merged);
    }
  }
  return merged;
}

/** Draft or ready; the webhook says which, once. */
export function setDraft(world: World, repository: Repository, issue: PullIssue, sender: Sender, draft: boolean): void {
  if (issue.pull.draft === draft) return;
  issue.pull.draft = draft;
  note(world, issue, sender, draft ? "convert_to_draft" : "ready_for_review");
  tellIssue(world, repository, issue, sender, draft ? "converted_to_draft" : "ready_for_review");
}

/** Moves a pull request onto another base branch. */
export async function setBase(
  world: World,
  repository: Repository,
  issue: PullIssue,
  sender: Sender,
  base: string,
): Promise<void> {
  const { pull } = issue;
  if (base === pull.baseRef) return;
  const baseSha = (await repository.git.refs("refs/heads")).get(`refs/heads/${base}`);
  if (!baseSha) throw invalid("PullRequest", "base", "invalid");
  const from = { ref: { from: pull.baseRef }, sha: { from: pull.baseSha } };
  pull.baseRef = base;
  pull.baseSha = baseSha;
  pull.stats = await pullStats(repository.git, baseSha, pull.headSha);
  tellIssue(world, repository, issue, sender, "edited", { changes: { base: from } });
}
