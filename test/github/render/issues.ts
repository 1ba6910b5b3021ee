import { nodeId } from "../state/ids.ts";
import {
  type Comment,
  type Issue,
  isPull,
  type PullIssue,
  type Reaction,
  type Repository,
  type TimelineEvent,
  type User,
} from "../state/nouns.ts";
import type { World } from "../state/world.ts";
import { at, type Json } from "./json.ts";
import { renderLabel, repositoryApi, repositoryPage } from "./repositories.ts";
import { renderApp, renderUser } from "./users.ts";

const contents = ["+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket"] as const;

/** `reaction-rollup`: how many of each. */
export function renderRollup(url: string, reactions: readonly Reaction[]): Json {
  const count = (content: string): number => reactions.filter((reaction) => reaction.content === content).length;
  return {
    url: `${url}/reactions`,
    total_count: reactions.length,
    ...Object.fromEntries(contents.map((content) => [content, count(content)])),
  };
}

export function renderReaction(world: World, reaction: Reaction): Json {
  return {
    id: reaction.id,
    node_id: nodeId("REA", reaction.id),
    user: renderUser(world.links, reaction.user),
    content: reaction.content,
    created_at: at(reaction.createdAt),
  };
}

/** GitHub's `author_association`: what the account is to the repository. Apps are nothing to it. */
export function associationOf(repository: Repository, user: User): string {
  if (user === repository.owner) return "OWNER";
  if (user.type !== "Bot" && repository.roles.has(user.login.toLowerCase())) return "COLLABORATOR";
  const merged = [...repository.issues.values()].some((issue) => issue.user === user && issue.pull?.mergedAt);
  return merged ? "CONTRIBUTOR" : "NONE";
}

export function issuePage(world: World, repository: Repository, issue: Issue): string {
  return `${repositoryPage(world.links, repository)}/${isPull(issue) ? "pull" : "issues"}/${issue.number}`;
}

function renderPullLink(world: World, repository: Repository, issue: PullIssue): Json {
  const page = issuePage(world, repository, issue);
  return {
    url: `${repositoryApi(world.links, repository)}/pulls/${issue.number}`,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    merged_at: at(issue.pull.mergedAt),
  };
}

/** GitHub's `issue`; pull requests are issues too. */
export function renderIssue(world: World, repository: Repository, issue: Issue): Json {
  const { links } = world;
  const api = `${repositoryApi(links, repository)}/issues/${issue.number}`;
  const [assignee = null] = issue.assignees;
  return {
    url: api,
    repository_url: repositoryApi(links, repository),
    labels_url: `${api}/labels{/name}`,
    comments_url: `${api}/comments`,
    events_url: `${api}/events`,
    html_url: issuePage(world, repository, issue),
    id: issue.id,
    node_id: nodeId(isPull(issue) ? "PR" : "I", issue.id),
    number: issue.number,
    title: issue.title,
    user: renderUser(links, issue.user),
    labels: issue.labels.map((label) => renderLabel(links, repository, label)),
    state: issue.state,
    locked: issue.locked,
    assignee: assignee && renderUser(links, assignee),
    assignees: issue.assignees.map((user) => renderUser(links, user)),
    milestone: null,
    comments: issue.comments.length,
    created_at: at(issue.createdAt),
    updated_at: at(issue.updatedAt),
    closed_at: at(issue.closedAt),
    author_association: associationOf(repository, issue.user),
    active_lock_reason: null,
    ...(isPull(issue)
      ? { draft: issue.pull.draft, pull_request: renderPullLink(world, repository, issue) }
      : { ...renderSummaries(issue), type: null }),
    body: issue.body,
    reactions: renderRollup(api, issue.reactions),
    timeline_url: `${api}/timeline`,
    performed_via_github_app: issue.byApp ? renderApp(world) : null,
    state_reason: issue.stateReason,
  };
}

/** How many issues it is linked with; how many it blocks itself is of no use here. */
function renderSummaries({ blockedBy, children }: Issue): Json {
  const total = children.length;
  const completed = children.filter((one) => one.state === "closed").length;
  const open = blockedBy.filter((one) => one.state === "open").length;
  return {
    sub_issues_summary: {
      total,
      completed,
      percent_completed: total === 0 ? 0 : Math.round((100 * completed) / total),
    },
    issue_dependencies_summary: {
      blocked_by: open,
      total_blocked_by: blockedBy.length,
      blocking: 0,
      total_blocking: 0,
    },
  };
}

/** The answer of GET issue: the list's shape and who closed it. */
export function renderFullIssue(world: World, repository: Repository, issue: Issue): Json {
  return {
    ...renderIssue(world, repository, issue),
    closed_by: issue.closedBy && renderUser(world.links, issue.closedBy),
  };
}

export function renderComment(world: World, repository: Repository, issue: Issue, comment: Comment): Json {
  const api = `${repositoryApi(world.links, repository)}/issues/comments/${comment.id}`;
  return {
    url: api,
    html_url: `${issuePage(world, repository, issue)}#issuecomment-${comment.id}`,
    issue_url: `${repositoryApi(world.links, repository)}/issues/${issue.number}`,
    id: comment.id,
    node_id: nodeId("IC", comment.id),
    user: renderUser(world.links, comment.user),
    created_at: at(comment.createdAt),
    updated_at: at(comment.updatedAt),
    author_association: associationOf(repository, comment.user),
    body: comment.body,
    reactions: renderRollup(api, comment.reactions),
    performed_via_github_app: comment.byApp ? renderApp(world) : null,
  };
}

/** One entry of an issue's events or timeline. */
export function renderEvent(world: World, repository: Repository, event: TimelineEvent): Json {
  const api = repositoryApi(world.links, repository);
  return {
    id: event.id,
    node_id: nodeId("EV", event.id),
    url: `${api}/issues/events/${event.id}`,
    actor: renderUser(world.links, event.actor),
    event: event.event,
    commit_id: event.commitId ?? null,
    commit_url: event.commitId ? `${api}/commits/${event.commitId}` : null,
    created_at: at(event.createdAt),
    ...(event.label ? { label: { name: event.label.name, color: event.label.color } } : {}),
    ...(event.rename ? { rename: event.rename } : {}),
    ...(event.assignee
      ? {
          assignee: renderUser(world.links, event.assignee),
          assigner: renderUser(world.links, event.actor),
        }
      : {}),
    performed_via_github_app: event.actor.type === "Bot" ? renderApp(world) : null,
  };
}
