import { z } from "zod";
import { mayCommand } from "#domain/commands/parse-commands.ts";
import type { Happening } from "#domain/happening.ts";
import { Common, Id, Name, parsed, type Reader, Time, whereAndWho } from "./payload.ts";

const Issue = z.object({ number: Id, updated_at: Time });

const IssueUnlabelled = Common.extend({ issue: Issue, label: z.object({ name: Name }).nullish() });

const IssueLabelled = IssueUnlabelled.extend({
  issue: Issue.extend({ title: z.string(), body: z.string().nullish() }),
});

const IssueEnded = Common.extend({ issue: Issue });

const Linked = z.object({ number: Id });

const BlockerChanged = Common.extend({ blocked_issue: Linked });

const ChildChanged = Common.extend({ parent_issue: Linked });

const IssueCommented = Common.extend({
  issue: z.object({ number: Id, title: z.string(), body: z.string().nullish(), pull_request: z.unknown().optional() }),
  comment: z.object({
    id: Id,
    body: z.string().nullish(),
    user: z.object({ login: Name }).nullable(),
    created_at: Time,
  }),
});

const IssueEdited = Common.extend({
  issue: Issue.extend({ title: z.string(), body: z.string().nullish() }),
  changes: z.object({ title: z.unknown().optional(), body: z.unknown().optional() }),
});

/** What is told of issues, of what links them, and of the comments under them and under pull requests. */
export const issueReaders: Readonly<Record<string, Reader>> = {
  "issue_comment.created": commented,
  "issues.edited": issueEdited,
  "issues.labeled": labelled,
  "issues.unlabeled": unlabelled,
  "issues.closed": issueEnded,
  "issues.reopened": reopened,
  "issues.deleted": issueEnded,
  "issues.transferred": issueEnded,
  "issue_dependencies.blocked_by_added": blockerChanged,
  "issue_dependencies.blocked_by_removed": blockerChanged,
  "sub_issues.sub_issue_added": childChanged,
  "sub_issues.sub_issue_removed": childChanged,
};

/** With the words as they were at that moment: an edit that comes later is not what was asked for. */
function labelled(payload: unknown): Happening | null {
  const { issue, label, ...common } = parsed(IssueLabelled, payload);
  if (label == null) return null;
  const { number, title, body } = issue;
  return {
    kind: "issue_labelled",
    ...whereAndWho(common),
    issue: number,
    title,
    body: body ?? "",
    label: label.name,
    at: Date.parse(issue.updated_at),
  };
}

function unlabelled(payload: unknown): Happening | null {
  const { issue, label, ...common } = parsed(IssueUnlabelled, payload);
  if (label == null) return null;
  const at = Date.parse(issue.updated_at);
  return { kind: "issue_unlabelled", ...whereAndWho(common), issue: issue.number, label: label.name, at };
}

/** An issue that is deleted or moved to another repository has ended here as much as a closed one. */
function issueEnded(payload: unknown): Happening {
  const { issue, ...common } = parsed(IssueEnded, payload);
  return { kind: "issue_closed", ...whereAndWho(common), issue: issue.number, at: Date.parse(issue.updated_at) };
}

function reopened(payload: unknown): Happening {
  const { issue, ...common } = parsed(IssueEnded, payload);
  return { kind: "links_changed", ...whereAndWho(common), issue: issue.number, at: Date.parse(issue.updated_at) };
}

function blockerChanged(payload: unknown, at: number): Happening {
  const { blocked_issue: issue, ...common } = parsed(BlockerChanged, payload);
  return { kind: "links_changed", ...whereAndWho(common), issue: issue.number, at };
}

function childChanged(payload: unknown, at: number): Happening {
  const { parent_issue: issue, ...common } = parsed(ChildChanged, payload);
  return { kind: "links_changed", ...whereAndWho(common), issue: issue.number, at };
}

/**
 * Only somebody's own new words can be a command: not an edit, not one with nothing that looks like it. Whether a bot is
 * heard is the repository's choice.
 */
function commented(payload: unknown): Happening | null {
  const { issue, comment, ...common } = parsed(IssueCommented, payload);
  const isPullRequest = issue.pull_request != null;
  const place = whereAndWho(common);
  const body = comment.body ?? "";
  if (comment.user?.login !== place.actor.login || body.trim() === "") return null;
  // Words without a command count only from people.
  if (place.actor.isBot && !mayCommand(body, isPullRequest)) return null;
  return {
    kind: "commented",
    ...place,
    thread: issue.number,
    isPullRequest,
    issue: isPullRequest ? null : { title: issue.title, body: issue.body ?? "" },
    comment: String(comment.id),
    body,
    at: Date.parse(comment.created_at),
  };
}

function issueEdited(payload: unknown): Happening | null {
  const { issue, changes, ...common } = parsed(IssueEdited, payload);
  if (changes.title === undefined && changes.body === undefined) return null;
  const { number, title, body } = issue;
  const at = Date.parse(issue.updated_at);
  return { kind: "issue_edited", ...whereAndWho(common), issue: number, title, body: body ?? "", at };
}
