import { nodeId } from "../state/ids.ts";
import type { PullIssue, Repository, Review, ReviewComment, User } from "../state/nouns.ts";
import type { World } from "../state/world.ts";
import { associationOf, issuePage, renderRollup } from "./issues.ts";
import { at, type Json } from "./json.ts";
import { renderLabel, renderRepository, repositoryApi } from "./repositories.ts";
import { renderUser } from "./users.ts";

function renderEnd(world: World, repository: Repository, ref: string, sha: string): Json {
  return {
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: renderUser(world.links, repository.owner),
    repo: renderRepository(world.links, repository),
  };
}

/** GitHub's `pull-request-simple`, as lists carry it. */
export function renderPullSimple(world: World, repository: Repository, issue: PullIssue): Json {
  const { pull } = issue;
  const { links } = world;
  const api = `${repositoryApi(links, repository)}/pulls/${issue.number}`;
  const issueApi = `${repositoryApi(links, repository)}/issues/${issue.number}`;
  const page = issuePage(world, repository, issue);
  const statuses = `${repositoryApi(links, repository)}/statuses/${pull.headSha}`;
  const [assignee = null] = issue.assignees;
  const user = (one: User): Json => renderUser(links, one);
  return {
    url: api,
    id: pull.id,
    node_id: nodeId("PR", issue.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueApi,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: user(issue.user),
    body: issue.body,
    created_at: at(issue.createdAt),
    updated_at: at(issue.updatedAt),
    closed_at: at(issue.closedAt),
    merged_at: at(pull.mergedAt),
    merge_commit_sha: pull.mergeCommitSha,
    assignee: assignee && user(assignee),
    assignees: issue.assignees.map(user),
    requested_reviewers: pull.requestedReviewers.map(user),
    requested_teams: [],
    labels: issue.labels.map((label) => renderLabel(links, repository, label)),
    milestone: null,
    draft: pull.draft,
    commits_url: `${api}/commits`,
    review_comments_url: `${api}/comments`,
    review_comment_url: `${repositoryApi(links, repository)}/pulls/comments{/number}`,
    comments_url: `${issueApi}/comments`,
    statuses_url: statuses,
    head: renderEnd(world, repository, pull.headRef, pull.headSha),
    base: renderEnd(world, repository, pull.baseRef, pull.baseSha),
    _links: {
      self: { href: api },
      html: { href: page },
      issue: { href: issueApi },
      comments: { href: `${issueApi}/comments` },
      review_comments: { href: `${api}/comments` },
      review_comment: { href: `${repositoryApi(links, repository)}/pulls/comments{/number}` },
      commits: { href: `${api}/commits` },
      statuses: { href: statuses },
    },
    author_association: associationOf(repository, issue.user),
    auto_merge: null,
    active_lock_reason: null,
  };
}

/** GitHub's full `pull-request`, as GET, writes and webhooks carry it. */
export function renderPull(world: World, repository: Repository, issue: PullIssue): Json {
  const { pull } = issue;
  const merged = pull.mergedAt !== null;
  const state = !pull.stats.mergeable ? "dirty" : pull.draft ? "draft" : "clean";
  return {
    ...renderPullSimple(world, repository, issue),
    merged,
    mergeable: merged || issue.state === "closed" ? null : pull.stats.mergeable,
    rebaseable: merged || issue.state === "closed" ? null : pull.stats.mergeable,
    mergeable_state: merged || issue.state === "closed" ? "unknown" : state,
    merged_by: pull.mergedBy && renderUser(world.links, pull.mergedBy),
    comments: issue.comments.length,
    review_comments: pull.reviewComments.length,
    maintainer_can_modify: false,
    commits: pull.stats.commits,
    additions: pull.stats.additions,
    deletions: pull.stats.deletions,
    changed_files: pull.stats.changedFiles,
  };
}

export function renderReview(world: World, repository: Repository, issue: PullIssue, review: Review): Json {
  const page = `${issuePage(world, repository, issue)}#pullrequestreview-${review.id}`;
  const api = `${repositoryApi(world.links, repository)}/pulls/${issue.number}`;
  return {
    id: review.id,
    node_id: nodeId("PRR", review.id),
    user: renderUser(world.links, review.user),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: api,
    author_association: associationOf(repository, review.user),
    _links: { html: { href: page }, pull_request: { href: api } },
    submitted_at: at(review.submittedAt),
    commit_id: review.commitId,
  };
}

export function renderReviewComment(
  world: World,
  repository: Repository,
  issue: PullIssue,
  comment: ReviewComment,
): Json {
  const api = `${repositoryApi(world.links, repository)}/pulls/comments/${comment.id}`;
  const pullApi = `${repositoryApi(world.links, repository)}/pulls/${issue.number}`;
  const page = `${issuePage(world, repository, issue)}#discussion_r${comment.id}`;
  return {
    url: api,
    pull_request_review_id: comment.reviewId,
    id: comment.id,
    node_id: nodeId("PRRC", comment.id),
    diff_hunk: comment.diffHunk,
    path: comment.path,
    commit_id: comment.commitId,
    original_commit_id: comment.originalCommitId,
    user: renderUser(world.links, comment.user),
    body: comment.body,
    created_at: at(comment.createdAt),
    updated_at: at(comment.updatedAt),
    html_url: page,
    pull_request_url: pullApi,
    author_association: associationOf(repository, comment.user),
    _links: { self: { href: api }, html: { href: page }, pull_request: { href: pullApi } },
    reactions: renderRollup(api, comment.reactions),
    start_line: comment.startLine,
    original_start_line: comment.startLine,
    start_side: comment.startLine === null ? null : comment.side,
    line: comment.line,
    original_line: comment.line ?? 1,
    side: comment.side,
    position: 1,
    original_position: 1,
    subject_type: comment.line === null ? "file" : "line",
    ...(comment.inReplyTo === null ? {} : { in_reply_to_id: comment.inReplyTo }),
  };
}

/** `pull-request-minimal`, as check runs and suites carry it. */
export function renderPullMinimal(world: World, repository: Repository, issue: PullIssue): Json {
  const repo = { id: repository.id, url: repositoryApi(world.links, repository), name: repository.name };
  return {
    id: issue.pull.id,
    number: issue.number,
    url: `${repositoryApi(world.links, repository)}/pulls/${issue.number}`,
    head: { ref: issue.pull.headRef, sha: issue.pull.headSha, repo },
    base: { ref: issue.pull.baseRef, sha: issue.pull.baseSha, repo },
  };
}
