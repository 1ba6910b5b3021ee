import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Ajv } from "ajv";
import { JqlError, parseJql } from "./jql.ts";

const { $schema: _, ...schema } = JSON.parse(
  readFileSync(new URL("./contract/adf-full.json", import.meta.url), "utf8"),
);
const isDocument = new Ajv({ strict: false }).compile(schema);

export type Person = { accountId: string; name: string; emailAddress: string; displayName: string };
export type Comment = { id: string; author: Person; body: unknown; created: number; edits: number };
export type Attachment = { filename: string; mimeType: string; text: string };
export type Ticket = {
  key: string;
  summary: string;
  description: unknown;
  status: string;
  labels: string[];
  creator: Person;
  assignee: Person | null;
  priority: string;
  updated: number;
  comments: Comment[];
  links: { id: number; globalId: string; url: string; title: string; resolved: boolean }[];
  attachments: Attachment[];
  fields: Record<string, unknown>;
  history: { created: number; author: Person; from: string; to: string }[];
};

type Fault = { status: number; retryAfter?: number } | { cut: "after" };
type Answer = { status: number; json?: unknown; text?: string };

/** Category by status, as in a project made from Jira's template with a status for reviews. */
const workflow: Readonly<Record<string, string>> = {
  "To Do": "new",
  "In Progress": "indeterminate",
  "In Review": "indeterminate",
  Done: "done",
};

export type JiraStandIn = Awaited<ReturnType<typeof openJiraStandIn>>;

/** Jira on loopback, of the Cloud (v3) or a server (v2), as far as we use it; what Jira refuses is refused in its words. */
export async function openJiraStandIn(of: { kind: "cloud" | "server"; clock?: () => number }) {
  const { kind } = of;
  const clock = of.clock ?? Date.now;
  const bot = person("bot", "bot@acme.test", "Claude");
  const ada = person("ada", "ada@acme.test", "Ada");
  const eve = person("eve", "eve@acme.test", "Eve");
  const people = [bot, ada, eve];
  const auth = kind === "cloud" ? { email: bot.emailAddress, token: "jira-api-token" } : { token: "jira-access-token" };
  const authorization =
    kind === "cloud"
      ? `Basic ${Buffer.from(`${bot.emailAddress}:${auth.token}`).toString("base64")}`
      : `Bearer ${auth.token}`;
  const secret = "secret-of-the-webhook";
  const tickets = new Map<string, Ticket>();
  const calls: string[] = [];
  const violations: string[] = [];
  const faults: { what: RegExp; as: Fault }[] = [];
  /** Statuses that no transition leads to. */
  const unreachable = new Set<string>();
  let ids = 10_000;
  const api = `/rest/api/${kind === "cloud" ? 3 : 2}`;
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const refused = (status: number, ...errorMessages: string[]): Answer => ({
    status,
    json: { errorMessages, errors: {} },
  });
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

  function search(body: {
    jql?: string;
    fields?: string[];
    maxResults?: number;
    nextPageToken?: string;
    startAt?: number;
  }): Answer {
    try {
      const test = parseJql(body.jql ?? "", clock());
      const found = [...tickets.values()].filter((ticket) => {
        const project = ticket.key.split("-")[0] ?? "";
        return test({ ...ticket, project, category: workflow[ticket.status] ?? "" });
      });
      const start = kind === "cloud" ? Number(body.nextPageToken ?? 0) : (body.startAt ?? 0);
      const size = body.maxResults ?? 50;
      const page = found.slice(start, start + size).map((ticket) => issue(ticket, body.fields ?? [], ""));
      const isLast = start + size >= found.length;
      if (kind === "server")
        return { status: 200, json: { startAt: start, maxResults: size, total: found.length, issues: page } };
      return {
        status: 200,
        json: { issues: page, isLast, ...(isLast ? {} : { nextPageToken: String(start + size) }) },
      };
    } catch (error) {
      if (error instanceof JqlError) return refused(400, error.message);
      throw error;
    }
  }

  function takesBody(body: unknown): Answer | null {
    if (kind === "server")
      return typeof body === "string" && body.length <= 32_767 ? null : refused(400, "Comment body can not be empty!");
    if (isDocument(body)) return null;
    violations.push(`not a document: ${JSON.stringify(isDocument.errors?.slice(0, 2))}`);
    return refused(400, "INVALID_INPUT");
  }

  function onTicket(
    method: string,
    ticket: Ticket,
    rest: string,
    body: Record<string, unknown>,
    query: URLSearchParams,
  ): Answer {
    const touch = () => {
      ticket.updated = clock();
    };
    if (rest === "" && method === "GET")
      return {
        status: 200,
        json: issue(ticket, (query.get("fields") ?? "").split(",").filter(Boolean), query.get("expand") ?? ""),
      };
    if (rest === "" && method === "PUT") {
      const fields = body.fields as Record<string, unknown>;
      const unknown = Object.keys(fields).find((name) => !name.startsWith("customfield_"));
      if (unknown !== undefined)
        return {
          status: 400,
          json: {
            errorMessages: [],
            errors: { [unknown]: `Field '${unknown}' cannot be set. It is not on the appropriate screen, or unknown.` },
          },
        };
      Object.assign(ticket.fields, fields);
      touch();
      return { status: 204 };
    }
    if (rest === "/transitions" && method === "GET") {
      const transitions = Object.keys(workflow)
        .filter((name) => name !== ticket.status && !unreachable.has(name))
        .map((name) => ({
          id: String(Object.keys(workflow).indexOf(name) + 11),
          name,
          to: status(name),
          hasScreen: false,
          isGlobal: true,
          isInitial: false,
          isAvailable: true,
          isConditional: false,
          isLooped: false,
        }));
      return { status: 200, json: { expand: "transitions", transitions } };
    }
    if (rest === "/transitions" && method === "POST") {
      const name = Object.keys(workflow)[Number((body.transition as { id: string }).id) - 11];
      if (name === undefined || unreachable.has(name))
        return refused(400, "It seems that you have tried to perform an illegal workflow operation.");
      ticket.status = name;
      touch();
      return { status: 204 };
    }
    if (rest === "/comment" && method === "GET") {
      const sorted = ticket.comments.toSorted((one, other) => Number(one.id) - Number(other.id));
      if (query.get("orderBy") === "-created") sorted.reverse();
      return {
        status: 200,
        json: {
          startAt: 0,
          maxResults: 100,
          total: sorted.length,
          comments: sorted.map((one) => comment(ticket.key, one)),
        },
      };
    }
    if (rest === "/comment" && method === "POST") {
      const wrong = takesBody(body.body);
      if (wrong !== null) return wrong;
      const made = addComment(ticket.key, bot, body.body);
      return { status: 201, json: comment(ticket.key, made) };
    }
    const edited = /^\/comment\/(\d+)$/.exec(rest)?.[1];
    if (edited !== undefined && method === "PUT") {
      const found = ticket.comments.find(({ id }) => id === edited);
      if (found === undefined) return refused(404, `Can not find a comment for the id: ${edited}.`);
      const wrong = takesBody(body.body);
      if (wrong !== null) return wrong;
      Object.assign(found, { body: body.body, edits: found.edits + 1 });
      touch();
      return { status: 200, json: comment(ticket.key, found) };
    }
    if (rest === "/remotelink" && method === "POST") {
      const {
        url,
        title,
        status: shown,
      } = body.object as { url: string; title: string; status?: { resolved?: boolean } };
      const globalId = String(body.globalId);
      const known = ticket.links.find((link) => link.globalId === globalId);
      const link = { id: known?.id ?? ids++, globalId, url, title, resolved: shown?.resolved === true };
      if (known === undefined) ticket.links.push(link);
      else Object.assign(known, link);
      touch();
      return {
        status: known === undefined ? 201 : 200,
        json: { id: link.id, self: `${origin()}${api}/issue/${ticket.key}/remotelink/${link.id}` },
      };
    }
    if (rest === "/assignee" && method === "PUT") {
      const found = people.find(({ accountId, name }) =>
        kind === "cloud" ? body.accountId === accountId : body.name === name,
      );
      if (found === undefined) return refused(404, "The user is not found.");
      ticket.assignee = found;
      touch();
      return { status: 204 };
    }
    violations.push(`${method} …${rest} is not known here`);
    return refused(404, "Not Found");
  }

  function answer(method: string, url: URL, body: Record<string, unknown>): Answer {
    const path = url.pathname;
    const attached =
      kind === "cloud"
        ? /\/attachment\/content\/([A-Z]+-\d+)(\d)$/.exec(path)
        : /^\/secure\/attachment\/([A-Z]+-\d+)(\d)\//.exec(path);
    if (attached !== null)
      return { status: 200, text: tickets.get(attached[1] ?? "")?.attachments[Number(attached[2])]?.text ?? "" };
    if (!path.startsWith(api)) return refused(404, "Not Found");
    const rest = path.slice(api.length);
    if (rest === "/myself") return { status: 200, json: user(bot) };
    if (rest === (kind === "cloud" ? "/search/jql" : "/search") && method === "POST") return search(body);
    if (rest === "/user/search") {
      const wanted = url.searchParams.get(kind === "cloud" ? "query" : "username");
      return { status: 200, json: people.filter(({ emailAddress }) => emailAddress === wanted).map(user) };
    }
    const [, key = "", more = ""] = /^\/issue\/([A-Z]+-\d+)(.*)$/.exec(rest) ?? [];
    const ticket = tickets.get(key);
    if (ticket === undefined) return refused(404, "Issue does not exist or you do not have permission to see it.");
    return onTicket(method, ticket, more, body, url.searchParams);
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const call = `${request.method} ${url.pathname}`;
    calls.push(call);
    const body = await bodyOf(request);
    const send = ({ status, json, text }: Answer, headers: Record<string, string> = {}) => {
      if (text !== undefined) response.writeHead(status, { "content-type": "application/octet-stream" }).end(text);
      else if (status === 204) response.writeHead(204).end();
      else
        response
          .writeHead(status, { "content-type": "application/json;charset=UTF-8", ...headers })
          .end(JSON.stringify(json));
    };
    if (request.headers.authorization !== authorization) return send(refused(401, "You are not authenticated."));
    const at = faults.findIndex(({ what }) => what.test(call));
    const fault = at === -1 ? undefined : faults.splice(at, 1)[0]?.as;
    if (fault !== undefined && "status" in fault)
      return send(
        refused(fault.status, "Not now."),
        fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) },
      );
    const answered = answer(request.method ?? "GET", url, body);
    if (fault !== undefined) return response.destroy();
    send(answered);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  function addComment(key: string, author: Person, body: unknown): Comment {
    const ticket = ticketOf(key);
    ids += 1;
    const made = { id: String(ids), author, body, created: clock(), edits: 0 };
    ticket.comments.push(made);
    ticket.updated = clock();
    return made;
  }

  function ticketOf(key: string): Ticket {
    const ticket = tickets.get(key);
    if (ticket === undefined) throw new Error(`there is no ${key}`);
    return ticket;
  }

  const text = (words: string): unknown => (kind === "cloud" ? aDocument(words) : words);

  return {
    kind,
    auth,
    secret,
    people: { bot, ada, eve },
    tickets,
    calls,
    violations,
    unreachable,
    url: origin(),
    ticket: ticketOf,
    /** The next call that this fits is answered so. */
    fail: (what: RegExp, as: Fault) => void faults.push({ what, as }),
    /** Somebody makes a ticket. */
    create(of: {
      by?: Person;
      summary: string;
      description?: string;
      labels?: string[];
      attachments?: Attachment[];
      project?: string;
    }): string {
      const key = `${of.project ?? "SHOP"}-${tickets.size + 1}`;
      tickets.set(key, {
        key,
        summary: of.summary,
        description: of.description === undefined ? null : text(of.description),
        status: "To Do",
        labels: of.labels ?? [],
        creator: of.by ?? ada,
        assignee: null,
        priority: "Medium",
        updated: clock(),
        comments: [],
        links: [],
        attachments: of.attachments ?? [],
        fields: {},
        history: [],
      });
      return key;
    },
    label(key: string, by: Person, labels: string[]): void {
      const ticket = ticketOf(key);
      ticket.history.push({ created: clock(), author: by, from: ticket.labels.join(" "), to: labels.join(" ") });
      Object.assign(ticket, { labels, updated: clock() });
    },
    comment: (key: string, by: Person, words: string) => addComment(key, by, text(words)).id,
    /** Posts what has changed to our door, as Jira does. */
    async tell(door: string, key: string, wrong?: "signature"): Promise<number> {
      const sent = JSON.stringify({
        timestamp: clock(),
        webhookEvent: "jira:issue_updated",
        issue: { id: "1", key, fields: {} },
      });
      const signature = createHmac("sha256", wrong === undefined ? secret : "another")
        .update(sent)
        .digest("hex");
      const headers = { "content-type": "application/json", "x-hub-signature": `sha256=${signature}` };
      return (await fetch(door, { method: "POST", headers, body: sent })).status;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function person(name: string, emailAddress: string, displayName: string): Person {
  return { accountId: `5b10${name}`, name, emailAddress, displayName };
}

function aDocument(words: string): object {
  const content = words
    .split("\n")
    .map((line) => ({ type: "paragraph", content: line === "" ? [] : [{ type: "text", text: line }] }));
  return { version: 1, type: "doc", content };
}

/** `2026-11-21T14:00:00.000+0000` */
function instant(at: number): string {
  return new Date(at).toISOString().replace("Z", "+0000");
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}") as Record<string, unknown>;
}
