import { z } from "zod";

/** A person as Jira names them: by an account id in the Cloud, by a name on a server; the e-mail where it may be seen. */
export const JiraUser = z.object({
  accountId: z.string().nullish(),
  name: z.string().nullish(),
  emailAddress: z.string().nullish(),
  displayName: z.string().nullish(),
});
export type JiraUser = z.infer<typeof JiraUser>;

/** The categories that every status of every workflow has one of (`new`, `indeterminate`, `done`). */
export const JiraStatus = z.object({
  name: z.string(),
  statusCategory: z.object({ key: z.string() }).nullish(),
});
export type JiraStatus = z.infer<typeof JiraStatus>;

export const JiraTransition = z.object({ id: z.string(), name: z.string(), to: JiraStatus });
export type JiraTransition = z.infer<typeof JiraTransition>;

const RichText = z.union([z.string(), z.looseObject({ type: z.string() })]).nullish();

export const JiraComment = z.object({
  id: z.string(),
  author: JiraUser.nullish(),
  body: RichText,
  created: z.string(),
  /** The author of the last change. */
  updateAuthor: JiraUser.nullish(),
});
export type JiraComment = z.infer<typeof JiraComment>;

const Attachment = z.object({
  id: z.string(),
  filename: z.string(),
  size: z.number(),
  mimeType: z.string().nullish(),
  content: z.string(),
});
export type JiraAttachment = z.infer<typeof Attachment>;

/** Every object has something called toString. */
const Words = z.string().nullable().catch(null);

/** A ticket, as far as we read it (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/). */
export const JiraTicket = z.object({
  key: z.string().regex(/^[A-Z][A-Z0-9_]{0,30}-\d{1,12}$/),
  fields: z.object({
    summary: z.string().nullish(),
    description: RichText,
    status: JiraStatus,
    labels: z.array(z.string()).nullish(),
    attachment: z.array(Attachment).nullish(),
    creator: JiraUser.nullish(),
    assignee: JiraUser.nullish(),
    priority: z.object({ name: z.string() }).nullish(),
    updated: z.string(),
    project: z.object({ key: z.string() }),
  }),
  changelog: z
    .object({
      histories: z.array(
        z.object({
          created: z.string(),
          author: JiraUser.nullish(),
          items: z.array(z.object({ field: z.string(), fromString: Words, toString: Words })),
        }),
      ),
    })
    .nullish(),
});
export type JiraTicket = z.infer<typeof JiraTicket>;

/** Whether these two are the same person. */
export function isSameUser(one: JiraUser | null | undefined, other: JiraUser): boolean {
  if (one == null) return false;
  if (one.accountId != null || other.accountId != null) return one.accountId === other.accountId;
  return one.name != null && one.name === other.name;
}

/** The GitHub login of somebody, by their account id, their name or their e-mail; null for those whom nobody has named. */
export function loginOfUser(
  people: Readonly<Record<string, string>>,
  user: JiraUser | null | undefined,
): string | null {
  const ids = [user?.accountId, user?.name, user?.emailAddress].flatMap((id) => id ?? []);
  const byId = new Map(Object.entries(people).map(([id, login]) => [id.toLowerCase(), login]));
  for (const id of ids) {
    const login = byId.get(id.toLowerCase());
    if (login !== undefined) return login;
  }
  return null;
}

/** Who put the label on last, and when; whoever made the ticket, where it had the label from the start. */
export function askedBy(ticket: JiraTicket, label: string | null): { user: JiraUser | null; at: string } {
  const put = (ticket.changelog?.histories ?? [])
    .filter(({ items }) => label !== null && items.some((item) => isPut(item, label)))
    .sort((one, other) => Date.parse(one.created) - Date.parse(other.created))
    .at(-1);
  if (put !== undefined) return { user: put.author ?? null, at: put.created };
  return { user: ticket.fields.creator ?? null, at: "created" };
}

function isPut(item: { field: string; fromString: string | null; toString: string | null }, label: string): boolean {
  const has = (text: string | null) => (text ?? "").split(" ").includes(label);
  return item.field === "labels" && has(item.toString) && !has(item.fromString);
}
