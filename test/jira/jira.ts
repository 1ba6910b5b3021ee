import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type Answer, openRoutes, refused } from "./routes.ts";
import { openShapes } from "./shapes.ts";
import { type Attachment, aDocument, type Person } from "./ticket.ts";
import { openJiraWorld } from "./world.ts";

type Fault = { status: number; retryAfter?: number } | { cut: "after" };

export type JiraStandIn = Awaited<ReturnType<typeof openJiraStandIn>>;

/** Jira on loopback, of the Cloud (v3) or a server (v2), as far as we use it; what Jira refuses is refused in its words. */
export async function openJiraStandIn(of: { kind: "cloud" | "server"; clock?: () => number }) {
  const { kind } = of;
  const clock = of.clock ?? Date.now;
  const world = openJiraWorld({ kind, clock });
  const { tickets, people } = world;
  const auth =
    kind === "cloud" ? { email: people.bot.emailAddress, token: "jira-api-token" } : { token: "jira-access-token" };
  const authorization =
    kind === "cloud"
      ? `Basic ${Buffer.from(`${people.bot.emailAddress}:${auth.token}`).toString("base64")}`
      : `Bearer ${auth.token}`;
  const secret = "secret-of-the-webhook";
  const calls: string[] = [];
  const faults: { what: RegExp; as: Fault }[] = [];
  const api = `/rest/api/${kind === "cloud" ? 3 : 2}`;
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answer = openRoutes(world, openShapes({ kind, api, origin }), { api, origin });

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

  const text = (words: string): unknown => (kind === "cloud" ? aDocument(words) : words);

  return {
    kind,
    auth,
    secret,
    people,
    tickets,
    calls,
    violations: world.violations,
    unreachable: world.unreachable,
    url: origin(),
    ticket: world.ticketOf,
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
        creator: of.by ?? people.ada,
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
      const ticket = world.ticketOf(key);
      ticket.history.push({ created: clock(), author: by, from: ticket.labels.join(" "), to: labels.join(" ") });
      Object.assign(ticket, { labels, updated: clock() });
    },
    comment: (key: string, by: Person, words: string) => world.addComment(key, by, text(words)).id,
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

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}") as Record<string, unknown>;
}
