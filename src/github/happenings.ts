import { z } from "zod";
import { mayCommand } from "#domain/commands/parse-commands.ts";
import type { Actor, AppLoss, Happening } from "#domain/happening.ts";
import type { RepositoryRef } from "#domain/task.ts";
import { policyPath } from "#protocol/policy.ts";
import { verdictOf } from "./verdict-told.ts";

/** A webhook body that is signed and JSON, but not what GitHub sends for this event. */
export class MalformedPayloadError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MalformedPayloadError";
  }
}

const Id = z.int().positive();
const Name = z.string().min(1).max(300);
const Sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const Time = z.iso.datetime({ offset: true });

/** What every event of an installed app carries. Keys that are not named here are left out of what is parsed. */
const Common = z.object({
  installation: z.object({ id: Id }),
  repository: z.object({
    id: Id,
    full_name: z.string().regex(/^[^/\s]+\/[^/\s]+$/),
    default_branch: Name,
  }),
  sender: z.object({ login: Name, type: Name }),
});

const Issue = z.object({ number: Id, updated_at: Time });
const IssueUnlabelled = Common.extend({ issue: Issue, label: z.object({ name: Name }).nullish() });
const IssueLabelled = IssueUnlabelled.extend({
  issue: Issue.extend({ title: z.string(), body: z.string().nullish() }),
});
const IssueEnded = Common.extend({ issue: Issue });

const Linked = z.object({ number: Id });
const BlockerChanged = Common.extend({ blocked_issue: Linked });
const ChildChanged = Common.extend({ parent_issue: Linked });

const PullRequestChanged = Common.extend({
  pull_request: z.object({
    number: Id,
    state: z.enum(["open", "closed"]),
    merged: z.boolean().nullish(),
    draft: z.boolean().nullish(),
    head: z.object({ sha: Sha }),
    updated_at: Time,
  }),
});

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

const CheckRunAsked = Common.extend({
  check_run: z.object({ id: Id, head_sha: Sha }),
  requested_action: z.object({ identifier: z.string().max(20) }).nullish(),
});
const CheckSuiteAsked = Common.extend({ check_suite: z.object({ head_sha: Sha }) });

const Conclusion = z.string().max(50).nullish();
const CheckRunEnded = Common.extend({
  check_run: z.object({
    head_sha: Sha,
    conclusion: Conclusion,
    check_suite: z.object({ status: Conclusion }).nullish(),
  }),
});
const CheckSuiteEnded = Common.extend({ check_suite: z.object({ head_sha: Sha, conclusion: Conclusion }) });
const WorkflowEnded = Common.extend({ workflow_run: z.object({ head_sha: Sha, conclusion: Conclusion }) });
const StatusSet = Common.extend({ sha: Sha, state: z.string().max(50) });
const Reviewed = Common.extend({
  pull_request: z.object({ number: Id }),
  review: z.object({ id: Id, state: z.string().max(50), submitted_at: Time.nullish() }),
});

/** Sent to every app without being asked for; about an installation, and so without a repository of its own. */
const AppLeft = Common.omit({ repository: true }).extend({
  repositories_removed: z.array(z.object({ id: Id })).optional(),
});

const Paths = z.array(z.string());
const Push = Common.extend({
  ref: z.string(),
  deleted: z.boolean(),
  forced: z.boolean(),
  commits: z.array(z.object({ added: Paths.optional(), modified: Paths.optional(), removed: Paths.optional() })),
  repository: Common.shape.repository.extend({ pushed_at: z.union([z.int().positive(), Time]) }),
});

/** A push lists no more commits than this; a longer one may have changed anything. */
const commitsListed = 2_048;

/** One entry for each event that asks something of us, as `event` or `event.action`. */
const readers: Record<string, (payload: unknown, receivedAt: number) => Happening | null> = {
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
  "pull_request.opened": pullRequestChanged,
  "pull_request.synchronize": pullRequestChanged,
  "pull_request.converted_to_draft": pullRequestChanged,
  "pull_request.ready_for_review": pullRequestChanged,
  "pull_request.closed": pullRequestChanged,
  "pull_request.reopened": pullRequestChanged,
  "check_run.requested_action": checkRunAsked,
  "check_run.rerequested": checkRunAsked,
  "check_suite.rerequested": checkSuiteAsked,
  "check_run.created": () => null,
  "check_run.completed": checkRunEnded,
  "check_suite.completed": checkSuiteEnded,
  "workflow_run.completed": workflowEnded,
  status: statusSet,
  "pull_request_review.submitted": reviewed,
  "pull_request_review.dismissed": () => null,
  push: pushed,
  "installation.deleted": (payload, at) => appLeft(payload, at, "uninstalled"),
  "installation.suspend": (payload, at) => appLeft(payload, at, "suspended"),
  "installation_repositories.removed": (payload, at) => appLeft(payload, at, "removed"),
};

/** What GitHub sends to every app: no app can subscribe to it. */
export const unaskedEvents: readonly string[] = ["installation", "installation_repositories"];

/** The events that we understand, as Probot names them: `issues.labeled`, `push`. */
export const understoodEvents: readonly string[] = Object.keys(readers);

/** The payload's action, where its event has one. */
export function actionOf(payload: unknown): string | null {
  if (typeof payload !== "object" || payload === null || !Object.hasOwn(payload, "action")) return null;
  const { action } = payload as { action: unknown };
  return typeof action === "string" ? action.slice(0, 100) : null;
}

/**
 * What a webhook tells us, in our words.
 * @param event the `X-GitHub-Event` header
 * @param receivedAt milliseconds since 1970, for events that do not say when they happened
 * @returns null for events that ask nothing of us
 * @throws MalformedPayloadError when an event that we understand lacks what it must have
 */
export function happeningOf(event: string, payload: unknown, receivedAt: number): Happening | null {
  const action = actionOf(payload);
  const name = action === null ? event : `${event}.${action}`;
  if (!Object.hasOwn(readers, name)) return null;
  const happening = readers[name]?.(payload, receivedAt) ?? null;
  const verdict = verdictOf(event, payload, receivedAt);
  if (verdict === null) return happening;
  if (happening !== null) return { ...happening, verdict };
  return { kind: "verdict_told", ...whereAndWho(parsed(Common, payload)), at: receivedAt, verdict };
}

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

function checkRunAsked(payload: unknown, at: number): Happening {
  const { check_run: run, requested_action: action, ...common } = parsed(CheckRunAsked, payload);
  const button = action?.identifier ?? null;
  return {
    kind: "check_asked",
    ...whereAndWho(common),
    button,
    checkRun: String(run.id),
    headSha: run.head_sha,
    at,
  };
}

function checkSuiteAsked(payload: unknown, at: number): Happening {
  const { check_suite: suite, ...common } = parsed(CheckSuiteAsked, payload);
  return { kind: "check_asked", ...whereAndWho(common), button: null, checkRun: null, headSha: suite.head_sha, at };
}

function pullRequestChanged(payload: unknown): Happening {
  const { pull_request: pull, ...common } = parsed(PullRequestChanged, payload);
  return {
    kind: "pull_request_changed",
    ...whereAndWho(common),
    number: pull.number,
    state: pull.merged ? "merged" : pull.state,
    draft: pull.draft ?? false,
    headSha: pull.head.sha,
    at: Date.parse(pull.updated_at),
  };
}

/** One of several checks: the end of their suite tells of all of them together, and of those that passed. */
function checkRunEnded(payload: unknown, at: number): Happening | null {
  const { check_run: run, ...common } = parsed(CheckRunEnded, payload);
  if (run.check_suite?.status != null && run.check_suite.status !== "completed") return null;
  const told = checksChanged(common, run.head_sha, run.conclusion, at);
  return told.isFailing ? told : null;
}

function checkSuiteEnded(payload: unknown, at: number): Happening {
  const { check_suite: suite, ...common } = parsed(CheckSuiteEnded, payload);
  return checksChanged(common, suite.head_sha, suite.conclusion, at);
}

function workflowEnded(payload: unknown, at: number): Happening {
  const { workflow_run: run, ...common } = parsed(WorkflowEnded, payload);
  return checksChanged(common, run.head_sha, run.conclusion, at);
}

function statusSet(payload: unknown, at: number): Happening | null {
  const { sha, state, ...common } = parsed(StatusSet, payload);
  return state === "pending" ? null : checksChanged(common, sha, state, at);
}

const goodEnds: ReadonlySet<string> = new Set(["success", "neutral", "skipped", "stale", "cancelled"]);

function checksChanged(
  common: z.infer<typeof Common>,
  headSha: string,
  conclusion: string | null | undefined,
  at: number,
): Extract<Happening, { kind: "checks_changed" }> {
  const isFailing = conclusion != null && !goodEnds.has(conclusion);
  return { kind: "checks_changed", ...whereAndWho(common), headSha, isFailing, at };
}

/** Only what asks for something: an approval does not. */
function reviewed(payload: unknown, receivedAt: number): Happening | null {
  const { pull_request: pull, review, ...common } = parsed(Reviewed, payload);
  const place = whereAndWho(common);
  if (place.actor.isBot || !["commented", "changes_requested"].includes(review.state.toLowerCase())) return null;
  const at = review.submitted_at == null ? receivedAt : Date.parse(review.submitted_at);
  return { kind: "reviewed", ...place, number: pull.number, review: review.id, at };
}

function pushed(payload: unknown): Happening | null {
  const { ref, deleted, forced, commits, ...common } = parsed(Push, payload);
  if (deleted || !ref.startsWith("refs/heads/")) return null;
  const branch = ref.slice("refs/heads/".length);
  const isDefault = branch === common.repository.default_branch;
  const touched = commits.some((commit) =>
    [commit.added, commit.modified, commit.removed].some((paths) => paths?.includes(policyPath)),
  );
  const pushedAt = common.repository.pushed_at;
  const at = typeof pushedAt === "number" ? pushedAt * 1_000 : Date.parse(pushedAt);
  const place = whereAndWho(common);
  if (isDefault && (touched || forced || commits.length >= commitsListed))
    return { kind: "policy_changed", ...place, at };
  return { kind: "branch_moved", ...place, branch, isDefault, at };
}

function appLeft(payload: unknown, at: number, how: AppLoss): Happening {
  const { installation, sender, repositories_removed: removed } = parsed(AppLeft, payload);
  const repositories = how === "removed" ? (removed ?? []).map(({ id }) => id) : null;
  return { kind: "app_left", installationId: installation.id, repositories, how, actor: actorOf(sender), at };
}

function whereAndWho(common: z.infer<typeof Common>): { repository: RepositoryRef; actor: Actor } {
  const { repository, sender, installation } = common;
  return {
    repository: { id: repository.id, name: repository.full_name, installationId: installation.id },
    actor: actorOf(sender),
  };
}

function actorOf({ login, type }: z.infer<typeof Common>["sender"]): Actor {
  return { login, isBot: type === "Bot" };
}

function parsed<T>(schema: z.ZodType<T>, payload: unknown): T {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const wrong = result.error.issues.slice(0, 3).map((issue) => issue.path.join(".") || "the body");
  throw new MalformedPayloadError(`Not as GitHub sends it: ${wrong.join(", ")}`);
}
