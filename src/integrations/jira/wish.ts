import type { WishElsewhere } from "#operations/ports/elsewhere.ts";
import { cutTo } from "../card.ts";
import type { JiraProject } from "./project.ts";
import { textOf } from "./rich-text.ts";
import {
  isSameUser,
  type JiraAttachment,
  type JiraComment,
  type JiraTicket,
  type JiraUser,
  loginOfUser,
} from "./ticket.ts";

/** What an attachment may bring into a task: texts, a few, and short ones. */
const mostAttachments = 5;
const attachmentBytes = 64_000;
const bodyLength = 100_000;

export type Brought = {
  ticket: JiraTicket;
  comments: readonly JiraComment[];
  project: JiraProject;
  /** The GitHub login of whoever asked for it. */
  login: string;
  me: JiraUser;
  people: Readonly<Record<string, string>>;
  url: string;
  place: string;
};

/** The ticket as it reads now; comments are those of people whom the operator has named. */
export async function wishOf(
  of: Brought,
  read: (attachment: JiraAttachment) => Promise<string>,
): Promise<WishElsewhere> {
  const { ticket, project, people, me } = of;
  const { summary, description, priority, attachment } = ticket.fields;
  const others = of.comments.filter(({ author }) => !isSameUser(author, me));
  const trusted = others.flatMap((comment) => {
    const login = loginOfUser(people, comment.author);
    const isAsItWas =
      comment.updateAuthor == null || comment.author == null || isSameUser(comment.updateAuthor, comment.author);
    return login === null || !isAsItWas
      ? []
      : [{ author: login, at: new Date(comment.created).toISOString(), body: textOf(comment.body) }];
  });
  const attached = await attachmentsOf(attachment ?? [], read);
  return {
    origin: { kind: "jira", place: of.place, key: ticket.key, url: `${of.url}/browse/${ticket.key}` },
    repository: project.repository,
    title: cutTo((summary ?? "").replace(/\s+/g, " ").trim() || ticket.key, 300),
    body: cutTo([textOf(description), ...attached].filter((part) => part !== "").join("\n\n"), bodyLength),
    comments: trusted.sort((one, other) => one.at.localeCompare(other.at)),
    omittedComments: others.length - trusted.length,
    login: of.login,
    priority: priorityOf(priority?.name ?? ""),
    isPlan: project.isPlan,
  };
}

async function attachmentsOf(
  attachments: readonly JiraAttachment[],
  read: (attachment: JiraAttachment) => Promise<string>,
): Promise<string[]> {
  const parts: string[] = [];
  const left: string[] = [];
  for (const one of attachments) {
    const name = cutTo(one.filename.replace(/[\s`]+/g, " "), 120);
    if (!isText(one) || one.size > attachmentBytes || parts.length >= mostAttachments) {
      left.push(`${name} (${one.mimeType ?? "unknown"}, ${one.size} bytes)`);
      continue;
    }
    parts.push(`Attachment ${name}:\n\n${fenced(cutTo(await read(one), attachmentBytes))}`);
  }
  if (left.length > 0) parts.push(`Attachments that are not shown here: ${left.slice(0, 30).join(", ")}.`);
  return parts;
}

function isText({ mimeType, filename }: JiraAttachment): boolean {
  if (/^(text\/|application\/(json|xml|x-yaml|yaml|x-sh|javascript|sql))/.test(mimeType ?? "")) return true;
  return /\.(txt|md|log|json|ya?ml|csv|xml|diff|patch|sql|ts|js|py|java|go|rs|rb|sh)$/i.test(filename);
}

function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

/** Jira's usual names; a project's own ones are normal. */
function priorityOf(name: string): WishElsewhere["priority"] {
  if (/^(highest|high|critical|blocker|urgent)$/i.test(name)) return "high";
  return /^(lowest|low|minor|trivial)$/i.test(name) ? "low" : "normal";
}
