import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { openPressing, type Pressing } from "./pressing.ts";

export type SlackMessage = {
  ts: string;
  channel: string;
  text: string;
  blocks: unknown[];
  metadata?: { event_type: string; event_payload: object };
  threadTs?: string;
  isBroadcast?: boolean;
  edits: number;
};

/** Slack's Web API on loopback, as far as we use it; what Slack would refuse is refused in its words. */
export type SlackStandIn = {
  /** For `slackApiUrl`. */
  apiUrl: string;
  token: string;
  /** For Socket Mode. */
  appToken: string;
  channel: string;
  /** What only one person sees: in the channel, or as the answer to a slash command. */
  whispers: { user: string; text: string }[];
  /** Forms that were opened. */
  views: { id: string; triggerId: string; view: Record<string, unknown> }[];
  messages: SlackMessage[];
  calls: { method: string; body: Record<string, unknown> }[];
  /** What breaks Slack's own rules; a test that passes leaves none. */
  violations: string[];
  /** The next calls of a method are answered so. */
  fail(method: string, as: { error: string } | { retryAfter: number } | { cut: "after" }, times?: number): void;
  close(): Promise<void>;
} & Omit<Pressing, "close">;

export async function openSlackStandIn(of: { emails?: Readonly<Record<string, string>> } = {}): Promise<SlackStandIn> {
  const token = "xoxb-1111-2222-standin";
  const appToken = "xapp-1-A0000000001-1111-standin";
  const channel = "C0000000001";
  const whispers: SlackStandIn["whispers"] = [];
  const views: SlackStandIn["views"] = [];
  const messages: SlackMessage[] = [];
  const calls: SlackStandIn["calls"] = [];
  const violations: string[] = [];
  const faults: { method: string; as: Parameters<SlackStandIn["fail"]>[1] }[] = [];
  let clock = 1_700_000_000;

  const methods: Record<string, (body: Record<string, unknown>) => object> = {
    "chat.postMessage": (body) => {
      if (body.channel !== channel) return { ok: false, error: "channel_not_found" };
      const problem = blocksProblem(body.blocks);
      if (problem !== null) {
        violations.push(problem);
        return { ok: false, error: "invalid_blocks" };
      }
      clock += 1;
      const message: SlackMessage = {
        ts: `${clock}.000100`,
        channel,
        text: String(body.text ?? ""),
        blocks: (body.blocks as unknown[] | undefined) ?? [],
        edits: 0,
        ...(body.metadata === undefined ? {} : { metadata: body.metadata as SlackMessage["metadata"] & object }),
        ...(body.thread_ts === undefined
          ? {}
          : { threadTs: String(body.thread_ts), isBroadcast: isTrue(body.reply_broadcast) }),
      };
      if (message.text === "" && message.blocks.length === 0) return { ok: false, error: "no_text" };
      messages.push(message);
      return { ok: true, channel, ts: message.ts, message };
    },
    "chat.update": (body) => {
      const message = messages.find(({ ts }) => ts === body.ts);
      if (message === undefined) return { ok: false, error: "message_not_found" };
      const problem = blocksProblem(body.blocks);
      if (problem !== null) {
        violations.push(problem);
        return { ok: false, error: "invalid_blocks" };
      }
      Object.assign(message, { text: String(body.text ?? ""), blocks: body.blocks, edits: message.edits + 1 });
      return { ok: true, channel, ts: message.ts };
    },
    "chat.postEphemeral": (body) => {
      if (body.channel !== channel) return { ok: false, error: "channel_not_found" };
      whispers.push({ user: String(body.user), text: String(body.text) });
      return { ok: true, message_ts: "1.1" };
    },
    "users.lookupByEmail": (body) => {
      const id = of.emails?.[String(body.email)];
      return id === undefined ? { ok: false, error: "users_not_found" } : { ok: true, user: { id } };
    },
    "apps.connections.open": () => ({ ok: true, url: pressing.address() }),
    "views.open": (body) => {
      const view = body.view as { type?: string; title?: { text: string }; blocks?: unknown[] };
      if (view.type !== "modal" || (view.title?.text.length ?? 99) > 24 || (view.blocks?.length ?? 0) > 100) {
        violations.push("a view over its limits");
        return { ok: false, error: "invalid_arguments" };
      }
      if (!pressing.takeTrigger(String(body.trigger_id))) return { ok: false, error: "exchanged_trigger_id" };
      views.push({
        id: `V${views.length + 1}`,
        triggerId: String(body.trigger_id),
        view: body.view as Record<string, unknown>,
      });
      return { ok: true, view };
    },
    "conversations.history": (body) => {
      if (body.channel !== channel) return { ok: false, error: "channel_not_found" };
      const shown = messages.filter(({ threadTs, isBroadcast }) => threadTs === undefined || isBroadcast).reverse();
      const withMetadata = isTrue(body.include_all_metadata);
      const limit = Number(body.limit ?? 100);
      const listed = shown.slice(0, limit).map(({ ts, text, metadata }) => ({
        type: "message",
        ts,
        text,
        ...(withMetadata && metadata !== undefined ? { metadata } : {}),
      }));
      return { ok: true, messages: listed, has_more: shown.length > limit };
    },
  };

  const server = createServer(async (request, response) => {
    const method = (request.url ?? "").split("/").at(-1) ?? "";
    const body = await bodyOf(request);
    if (request.url?.startsWith("/response/")) {
      whispers.push({ user: method, text: String(body.text) });
      return response.writeHead(200).end("ok");
    }
    calls.push({ method, body });
    const json = (status: number, answer: object, headers: Record<string, string> = {}) =>
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(answer));
    const needed = method === "apps.connections.open" ? appToken : token;
    if (request.headers.authorization !== `Bearer ${needed}`) return json(200, { ok: false, error: "invalid_auth" });
    const at = faults.findIndex((fault) => fault.method === method);
    const fault = at === -1 ? undefined : faults.splice(at, 1)[0]?.as;
    if (fault !== undefined && "error" in fault) return json(200, { ok: false, error: fault.error });
    if (fault !== undefined && "retryAfter" in fault)
      return json(429, { ok: false, error: "ratelimited" }, { "retry-after": String(fault.retryAfter) });
    const carryOut = methods[method];
    if (carryOut === undefined) {
      violations.push(`${method} is not known here`);
      return json(200, { ok: false, error: "unknown_method" });
    }
    const answer = carryOut(body);
    if (fault !== undefined) return response.destroy();
    json(200, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pressing = openPressing(server, { origin, channel, views });
  return {
    apiUrl: `${origin}/api/`,
    token,
    appToken,
    channel,
    whispers,
    views,
    press: pressing.press,
    submit: pressing.submit,
    speak: pressing.speak,
    drop: pressing.drop,
    connected: pressing.connected,
    takeTrigger: pressing.takeTrigger,
    messages,
    calls,
    violations,
    fail: (method, as, times = 1) => {
      for (let time = 0; time < times; time += 1) faults.push({ method, as });
    },
    close: () =>
      new Promise((resolve) => {
        pressing.close();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** The client sends forms, in which lists and objects are JSON, or JSON. */
async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  if (request.headers["content-type"]?.includes("json")) return JSON.parse(text) as Record<string, unknown>;
  const fields = Array.from(new URLSearchParams(text), ([key, value]) => [
    key,
    value.startsWith("{") || value.startsWith("[") ? (JSON.parse(value) as unknown) : value,
  ]);
  return Object.fromEntries(fields);
}

function isTrue(value: unknown): boolean {
  return value === true || value === "true" || value === "1";
}

/** The limits of https://api.slack.com/reference/block-kit/blocks, for the blocks that we send. */
function blocksProblem(blocks: unknown): string | null {
  if (blocks === undefined) return null;
  if (!Array.isArray(blocks) || blocks.length > 50) return "more than 50 blocks";
  for (const block of blocks as { type: string; text?: { text: string }; elements?: Record<string, unknown>[] }[]) {
    if (block.type === "section" && (block.text?.text.length ?? 0) > 3_000) return "a section longer than 3000";
    if (block.type === "section" && (block.text?.text.length ?? 0) === 0) return "an empty section";
    if (block.type === "context" && (block.elements?.length ?? 0) > 10) return "more than 10 elements in a context";
    if (block.type !== "actions") continue;
    for (const element of block.elements ?? []) {
      const ids = (block.elements ?? []).map((one) => one.action_id);
      if (new Set(ids).size < ids.length || ids.length > 25)
        return "actions of one block with the same id, or too many";
      const { action_id: id, value, text } = element as { action_id: string; value: string; text: { text: string } };
      if (id.length > 255 || value.length > 2_000 || text.text.length > 75) return "a button over its limits";
    }
  }
  return null;
}
