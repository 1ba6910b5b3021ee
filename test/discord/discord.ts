import { generateKeyPairSync, sign } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

type Button = { custom_id: string; label: string; style: number };
export type DiscordMessage = {
  id: string;
  /** The channel, or the thread, in which it is. */
  channel: string;
  content: string;
  embeds: { title?: string; description?: string; footer?: { text: string } }[];
  components: { components: Button[] }[];
  mentions: string[];
  reference: string | null;
  edits: number;
};

/** Discord's REST API on loopback, as far as we use it, and what people press, signed as Discord signs it. */
export type DiscordStandIn = {
  /** Without its version. */
  apiUrl: string;
  token: string;
  channel: string;
  webhook: { id: string; token: string };
  publicKey: string;
  messages: DiscordMessage[];
  threads: Map<string, string>;
  /** Answers that were filled in, for one person's eyes. */
  filledIn: string[];
  violations: string[];
  /** The next call by this method is answered so. */
  fail(method: "GET" | "POST" | "PATCH", as: Fault): void;
  /** Posts an interaction to our door, and checks the answer. */
  interact(url: string, of: Interacted): Promise<{ status: number; body: InteractionAnswer }>;
  close(): Promise<void>;
};

export type Fault = { status: number; code: number } | { retryAfter: number } | { cut: "after" };
export type Interacted = {
  type: number;
  user?: string;
  id?: string;
  data?: object;
  /** Milliseconds since 1970. */
  at: number;
  /** What is wrong with it. */
  wrong?: "signature" | "key" | "body";
};
export type InteractionAnswer = { type?: number; data?: { content?: string; flags?: number; custom_id?: string } };

export async function openDiscordStandIn(): Promise<DiscordStandIn> {
  const token = `${"A".repeat(24)}.abcdef.${"b".repeat(38)}`;
  const channel = "100000000000000001";
  const webhook = { id: "200000000000000002", token: "c".repeat(40) };
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const messages: DiscordMessage[] = [];
  const threads = new Map<string, string>();
  const filledIn: string[] = [];
  const violations: string[] = [];
  const faults: { method: string; as: Fault }[] = [];
  let ids = 0;

  type Answer = { status: number; json: object };
  const refused = (status: number, code: number, message: string): Answer => ({ status, json: { code, message } });
  const add = (where: string, body: Body): Answer => {
    const problem = problemOf(body);
    if (problem !== null) {
      violations.push(problem);
      return refused(400, 50035, "Invalid Form Body");
    }
    ids += 1;
    const message: DiscordMessage = {
      id: `3000000000000000${String(ids).padStart(2, "0")}`,
      channel: where,
      content: body.content ?? "",
      embeds: body.embeds ?? [],
      components: body.components ?? [],
      mentions: body.allowed_mentions?.users ?? [],
      reference: body.message_reference?.message_id ?? null,
      edits: 0,
    };
    messages.push(message);
    return { status: 200, json: { ...message, author: { id: "9", bot: true } } };
  };
  const edit = (id: string, body: Body): Answer => {
    const message = messages.find((one) => one.id === id);
    if (message === undefined) return refused(404, 10008, "Unknown Message");
    const problem = problemOf(body);
    if (problem !== null) violations.push(problem);
    Object.assign(message, { embeds: body.embeds, components: body.components ?? [], edits: message.edits + 1 });
    return { status: 200, json: message };
  };

  function answer(method: string, path: string, body: Body, authorization: string | undefined): Answer {
    const hook = `/webhooks/${webhook.id}/${webhook.token}`;
    if (path === hook && method === "POST") return add(channel, body);
    if (path.startsWith(`${hook}/messages/`) && method === "PATCH") return edit(path.split("/").at(-1) ?? "", body);
    if (/^\/webhooks\/\d+\/[\w.-]+\/messages\/@original$/.test(path) && method === "PATCH") {
      filledIn.push(body.content ?? "");
      return { status: 200, json: {} };
    }
    if (authorization !== `Bot ${token}`) return refused(401, 0, "401: Unauthorized");
    const [, where = "", id, more] = /^\/channels\/(\d+)\/messages(?:\/(\d+)(\/threads)?)?$/.exec(path) ?? [];
    if (where !== channel && !threads.has(where)) return refused(404, 10003, "Unknown Channel");
    if (method === "POST" && id === undefined) return add(where, body);
    if (method === "GET") {
      const own = messages.filter((one) => one.channel === where).reverse();
      return { status: 200, json: own.map((one) => ({ ...one, author: { id: "9", bot: true } })) };
    }
    if (method === "PATCH" && id !== undefined) return edit(id, body);
    if (method === "POST" && more !== undefined && id !== undefined) {
      if (threads.has(id)) return refused(400, 160004, "A thread has already been created for this message");
      threads.set(id, String(body.name));
      return { status: 201, json: { id } };
    }
    violations.push(`${method} ${path} is not known here`);
    return refused(404, 0, "404: Not Found");
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const send = ({ status, json }: Answer, headers: Record<string, string> = {}) =>
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(json));
    const body = await bodyOf(request);
    const at = faults.findIndex(({ method }) => method === request.method);
    const fault = at === -1 ? undefined : faults.splice(at, 1)[0]?.as;
    if (fault !== undefined && "status" in fault) return send(refused(fault.status, fault.code, "No"));
    if (fault !== undefined && "retryAfter" in fault) {
      const json = { message: "You are being rate limited.", retry_after: fault.retryAfter, global: false };
      return send({ status: 429, json }, { "retry-after": String(fault.retryAfter), via: "1.1 google" });
    }
    const path = url.pathname.replace(/^\/api\/v10/, "");
    const answered = answer(request.method ?? "", path, body, request.headers.authorization);
    if (fault !== undefined) return response.destroy();
    send(answered);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  async function interact(url: string, { type, user, id, data, at, wrong }: Interacted) {
    ids += 1;
    const sent = JSON.stringify({
      id: id ?? `4000000000000000${String(ids).padStart(2, "0")}`,
      application_id: "500000000000000005",
      token: "interaction-token",
      type,
      ...(user === undefined ? {} : { member: { user: { id: user } } }),
      ...(data === undefined ? {} : { data }),
    });
    const timestamp = String(Math.floor(at / 1_000));
    const key = wrong === "key" ? generateKeyPairSync("ed25519").privateKey : privateKey;
    const signature = sign(null, Buffer.from(timestamp + sent), key).toString("hex");
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-signature-timestamp": timestamp,
        ...(wrong === "signature" ? {} : { "x-signature-ed25519": signature }),
      },
      body: wrong === "body" ? sent.replace('"type"', ' "type"') : sent,
    });
    const body = (await response.json()) as InteractionAnswer;
    if (response.ok && (body.data?.content?.length ?? 0) > 2_000) violations.push("an answer longer than 2000");
    return { status: response.status, body };
  }

  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    token,
    channel,
    webhook,
    publicKey: publicKey.export({ format: "der", type: "spki" }).subarray(12).toString("hex"),
    messages,
    threads,
    filledIn,
    violations,
    fail: (method, as) => void faults.push({ method, as }),
    interact,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

type Body = Partial<Pick<DiscordMessage, "content" | "embeds" | "components">> & {
  name?: string;
  allowed_mentions?: { parse: string[]; users?: string[] };
  message_reference?: { message_id: string };
};

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}") as Body;
}

/** The limits of https://discord.com/developers/docs/resources/message, for what we send. */
function problemOf({ content = "", embeds = [], components = [], allowed_mentions: mentions }: Body): string | null {
  if (content === "" && embeds.length === 0) return "an empty message";
  if (content.length > 2_000) return "content longer than 2000";
  if (mentions === undefined || mentions.parse.length > 0) return "a message that may mention whomever it names";
  if (embeds.some(({ title = "", description = "" }) => title.length > 256 || description.length > 4_096))
    return "an embed over its limits";
  const ids = components.flatMap((row) => row.components.map(({ custom_id: id }) => id));
  if (components.length > 5 || components.some((row) => row.components.length > 5)) return "too many buttons";
  if (new Set(ids).size < ids.length || ids.some((id) => id.length > 100)) return "ids that are not their own";
  return null;
}
