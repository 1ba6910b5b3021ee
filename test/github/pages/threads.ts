import { associationOf } from "../render/issues.ts";
import {
  type Comment,
  fullName,
  type Issue,
  isPull,
  type Reaction,
  type Repository,
  type TimelineEvent,
} from "../state/nouns.ts";
import { type Content, type Html, html } from "./html.ts";
import { labelChip, type Visit, when } from "./layout.ts";
import { markdown } from "./markdown.ts";

const emoji: Record<string, string> = {
  "+1": "👍",
  "-1": "👎",
  laugh: "😄",
  confused: "😕",
  heart: "❤️",
  hooray: "🎉",
  eyes: "👀",
  rocket: "🚀",
};

/** Open, closed, merged or draft, as a badge. */
export function stateBadge(issue: Issue): Html {
  if (isPull(issue)) {
    if (issue.pull.mergedAt) return html`<span class="badge merged">Merged</span>`;
    if (issue.state === "closed") return html`<span class="badge rejected">Closed</span>`;
    return issue.pull.draft ? html`<span class="badge draft">Draft</span>` : html`<span class="badge open">Open</span>`;
  }
  if (issue.state === "open") return html`<span class="badge open">Open</span>`;
  const reason = issue.stateReason === "not_planned" ? " as not planned" : "";
  return html`<span class="badge ${reason ? "draft" : "closed"}">Closed${reason}</span>`;
}

function reactions(all: readonly Reaction[]): Content {
  if (all.length === 0) return null;
  const kinds = [...new Set(all.map(({ content }) => content))];
  return html`<p class="reactions">${kinds.map((kind) => {
    const by = all.filter(({ content }) => content === kind);
    return html`<span title="${by.map(({ user }) => user.login).join(", ")}">${emoji[kind] ?? kind} ${by.length}</span>`;
  })}</p>`;
}

function bubble(
  repository: Repository,
  one: Pick<Comment, "user" | "byApp" | "createdAt" | "updatedAt" | "reactions"> & { body: string | null; id: string },
): Html {
  const association = associationOf(repository, one.user);
  const isEdited = one.updatedAt.getTime() !== one.createdAt.getTime() && one.id.startsWith("issuecomment");
  return html`<div class="box" id="${one.id}"><div class="head"><strong>${one.user.login}</strong>
${one.user.type === "Bot" && html`<span class="tag">bot</span>`}${association !== "NONE" && html`<span class="tag">${association.toLowerCase()}</span>`}
<span class="meta">${when(one.createdAt)}${isEdited && html` · edited ${when(one.updatedAt)}`}</span></div>
<div class="pad markdown">${one.body ? markdown(one.body, { repository: fullName(repository) }) : html`<p class="soft">No description.</p>`}${reactions(one.reactions)}</div></div>`;
}

const words: Record<string, string> = {
  closed: "closed this",
  reopened: "reopened this",
  merged: "merged this",
  ready_for_review: "marked this as ready for review",
  convert_to_draft: "converted this to a draft",
  review_requested: "requested a review",
  review_request_removed: "removed a review request",
};

function eventLine(repository: Repository, event: TimelineEvent): Html {
  const { label, rename, assignee, commitId } = event;
  const detail =
    event.event === "labeled" && label
      ? html`added ${labelChip(label)}`
      : event.event === "unlabeled" && label
        ? html`removed ${labelChip(label)}`
        : rename
          ? html`changed the title from <del>${rename.from}</del> to <strong>${rename.to}</strong>`
          : assignee
            ? html`${event.event} ${assignee.login}`
            : html`${words[event.event] ?? event.event}`;
  const commit =
    commitId &&
    html` in <a class="mono" href="/${fullName(repository)}/commit/${commitId}">${commitId.slice(0, 7)}</a>`;
  return html`<div class="event"><strong>${event.actor.login}</strong> ${detail}${commit} · ${when(event.createdAt)}</div>`;
}

/** The description, then comments, reviews and events in the order in which they happened. */
export function thread(repository: Repository, issue: Issue): Html {
  const rows: { at: Date; row: Html }[] = [
    ...issue.comments.map((comment) => ({
      at: comment.createdAt,
      row: bubble(repository, { ...comment, id: `issuecomment-${comment.id}` }),
    })),
    ...issue.timeline.map((event) => ({ at: event.createdAt, row: eventLine(repository, event) })),
    ...(issue.pull?.reviews ?? [])
      .filter((review) => review.body !== "" || review.state !== "COMMENTED")
      .map((review) => ({
        at: review.submittedAt,
        row: bubble(repository, {
          ...review,
          id: `pullrequestreview-${review.id}`,
          body: `**${review.state.toLowerCase().replace("_", " ")}**\n\n${review.body}`,
          byApp: false,
          createdAt: review.submittedAt,
          updatedAt: review.submittedAt,
          reactions: [],
        }),
      })),
    ...(issue.pull?.reviewComments ?? []).map((comment) => ({
      at: comment.createdAt,
      row: bubble(repository, {
        ...comment,
        id: `discussion_r${comment.id}`,
        body: `\`${comment.path}${comment.line === null ? "" : `:${comment.line}`}\`\n\n${comment.body}`,
      }),
    })),
  ].toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const first = bubble(repository, { ...issue, id: `issue-${issue.id}` });
  return html`${first}${rows.map(({ row }) => row)}`;
}

/** Labels with a way to take each off and put another on. */
export function labelSection(visit: Visit, repository: Repository, issue: Issue): Html {
  const action = `/${fullName(repository)}/issues/${issue.number}`;
  const others = [...repository.labels.values()].filter((label) => !issue.labels.includes(label));
  return html`<section><h3>Labels</h3>${issue.labels.map(
    (
      label,
    ) => html`<form class="inline" method="post" action="${action}/unlabel"><input type="hidden" name="label" value="${label.name}">
${labelChip(label)}<button class="bare" title="Remove ${label.name}" aria-label="Remove ${label.name}">×</button></form> `,
  )}${issue.labels.length === 0 && html`<span class="soft">None yet</span>`}
<form class="add" method="post" action="${action}/label">${others.map(
    (label) =>
      html`<button class="bare" name="label" value="${label.name}" title="Add ${label.name}">+ ${labelChip(label)}</button> `,
  )}</form><form method="post" action="${action}/label"><p><input type="text" name="label" placeholder="Another label" aria-label="Label" required></p>
<button>Add label</button> <span class="soft">as ${visit.viewer}</span></form></section>`;
}

export function commentForm(repository: Repository, issue: Issue): Html {
  const action = `/${fullName(repository)}/issues/${issue.number}`;
  const closed = issue.state === "closed";
  return html`<form class="box pad" method="post" action="${action}/comment">
<p><textarea name="body" placeholder="Leave a comment" aria-label="Comment"></textarea></p>
<button class="go">Comment</button>
${!(issue.pull?.mergedAt && closed) && html`<button formaction="${action}/${closed ? "reopen" : "close"}">${closed ? "Reopen" : "Close"} ${isPull(issue) ? "pull request" : "issue"}</button>`}</form>`;
}
