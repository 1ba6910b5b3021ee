import { type Comment, type Person, type Ticket, workflow } from "./ticket.ts";

/** How Jira shows what it has: of the Cloud (v3), or of a server (v2). */
export type Shapes = ReturnType<typeof openShapes>;

/** @param of.origin where it listens; it is part of every address that it tells */
export function openShapes(of: { kind: "cloud" | "server"; api: string; origin: () => string }) {
  const { kind, api, origin } = of;
  const user = (one: Person) =>
    kind === "cloud"
      ? {
          self: `${origin()}${api}/user?accountId=${one.accountId}`,
          accountId: one.accountId,
          accountType: "atlassian",
          active: true,
          displayName: one.displayName,
          emailAddress: one.emailAddress,
          timeZone: "Europe/Paris",
        }
      : {
          self: `${origin()}${api}/user?username=${one.name}`,
          name: one.name,
          key: one.name,
          active: true,
          displayName: one.displayName,
          emailAddress: one.emailAddress,
        };
  const status = (name: string) => ({
    self: `${origin()}${api}/status/${name.length}`,
    id: String(name.length),
    name,
    description: "",
    iconUrl: `${origin()}/`,
    statusCategory: {
      self: `${origin()}${api}/statuscategory/2`,
      id: 2,
      key: workflow[name],
      colorName: "blue-gray",
      name: workflow[name],
    },
  });
  const comment = (key: string, one: Comment) => ({
    self: `${origin()}${api}/issue/${key}/comment/${one.id}`,
    id: one.id,
    author: user(one.author),
    updateAuthor: user(one.author),
    body: one.body,
    created: instant(one.created),
    updated: instant(one.created),
  });
  const issue = (ticket: Ticket, fields: readonly string[], expand: string) => {
    const all: Record<string, unknown> = {
      summary: ticket.summary,
      description: ticket.description,
      status: status(ticket.status),
      labels: ticket.labels,
      creator: user(ticket.creator),
      assignee: ticket.assignee === null ? null : user(ticket.assignee),
      priority: { name: ticket.priority, id: "3" },
      updated: instant(ticket.updated),
      project: { key: ticket.key.split("-")[0], id: "1", name: "Shop" },
      attachment: ticket.attachments.map(({ filename, mimeType, text }, at) => ({
        id: `${ticket.key}${at}`,
        filename,
        mimeType,
        size: Buffer.byteLength(text),
        content:
          kind === "cloud"
            ? `${origin()}${api}/attachment/content/${ticket.key}${at}`
            : `${origin()}/secure/attachment/${ticket.key}${at}/${filename}`,
        created: instant(ticket.updated),
        author: user(ticket.creator),
      })),
      ...ticket.fields,
    };
    const shown =
      fields.length === 0 ? all : Object.fromEntries(Object.entries(all).filter(([name]) => fields.includes(name)));
    const histories = ticket.history.map(({ created, author, from, to }, at) => ({
      id: String(at + 1),
      author: user(author),
      created: instant(created),
      items: [{ field: "labels", fieldtype: "jira", from: null, fromString: from, to: null, toString: to }],
    }));
    return {
      id: ticket.key.replace(/\D/g, ""),
      self: `${origin()}${api}/issue/${ticket.key}`,
      key: ticket.key,
      fields: shown,
      ...(expand.includes("changelog")
        ? {
            changelog: {
              startAt: 0,
              maxResults: histories.length,
              total: histories.length,
              histories: histories.reverse(),
            },
          }
        : {}),
    };
  };
  return { user, status, comment, issue };
}

/** `2026-11-21T14:00:00.000+0000` */
function instant(at: number): string {
  return new Date(at).toISOString().replace("Z", "+0000");
}
