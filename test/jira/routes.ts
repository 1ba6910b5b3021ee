import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { JqlError, parseJql } from "./jql.ts";
import type { Shapes } from "./shapes.ts";
import { type Ticket, workflow } from "./ticket.ts";
import type { JiraWorld } from "./world.ts";

const { $schema: _, ...schema } = JSON.parse(
  readFileSync(new URL("./contract/adf-full.json", import.meta.url), "utf8"),
);
const isDocument = new Ajv({ strict: false }).compile(schema);

export type Answer = { status: number; json?: unknown; text?: string };

/** As Jira words a refusal. */
export function refused(status: number, ...errorMessages: string[]): Answer {
  return { status, json: { errorMessages, errors: {} } };
}

/** What Jira answers to what, as far as we use it. */
export function openRoutes(world: JiraWorld, shapes: Shapes, of: { api: string; origin: () => string }) {
  const { kind, clock, people, tickets, unreachable, violations, nextId, addComment } = world;
  const { user, status, comment, issue } = shapes;
  const { api, origin } = of;

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
      const made = addComment(ticket.key, people.bot, body.body);
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
      const link = { id: known?.id ?? nextId(), globalId, url, title, resolved: shown?.resolved === true };
      if (known === undefined) ticket.links.push(link);
      else Object.assign(known, link);
      touch();
      return {
        status: known === undefined ? 201 : 200,
        json: { id: link.id, self: `${origin()}${api}/issue/${ticket.key}/remotelink/${link.id}` },
      };
    }
    if (rest === "/assignee" && method === "PUT") {
      const found = Object.values(people).find(({ accountId, name }) =>
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
    if (rest === "/myself") return { status: 200, json: user(people.bot) };
    if (rest === (kind === "cloud" ? "/search/jql" : "/search") && method === "POST") return search(body);
    if (rest === "/user/search") {
      const wanted = url.searchParams.get(kind === "cloud" ? "query" : "username");
      return {
        status: 200,
        json: Object.values(people)
          .filter(({ emailAddress }) => emailAddress === wanted)
          .map(user),
      };
    }
    const [, key = "", more = ""] = /^\/issue\/([A-Z]+-\d+)(.*)$/.exec(rest) ?? [];
    const ticket = tickets.get(key);
    if (ticket === undefined) return refused(404, "Issue does not exist or you do not have permission to see it.");
    return onTicket(method, ticket, more, body, url.searchParams);
  }

  return answer;
}
