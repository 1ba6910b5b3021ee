/**
 * Amazon Bedrock and Google Vertex AI as Claude Code calls them, in front of the stand-in for the model: the same messages,
 * each on the wire of its cloud.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
 * https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.publishers.models/streamRawPredict
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import type { ModelStandIn } from "./model.ts";

export type CloudRequest = {
  cloud: "bedrock" | "vertex";
  /** Decoded. */
  path: string;
  model: string;
  authorization: string | null;
  /** What the cloud wants instead of a version header. */
  version: string;
};

export type CloudStandIn = {
  /** For `ANTHROPIC_BEDROCK_BASE_URL`, and with `/v1` for `ANTHROPIC_VERTEX_BASE_URL`. */
  url: string;
  asked: readonly CloudRequest[];
  close(): Promise<void>;
};

const wires = [
  { cloud: "bedrock", form: /^\/model\/([^/]+)\/invoke(-with-response-stream)?$/ },
  {
    cloud: "vertex",
    form: /^\/v1\/projects\/[^/]+\/locations\/[^/]+\/publishers\/anthropic\/models\/([^/:]+):(?:(streamR)|r)awPredict$/,
  },
] as const;

/** Serves both clouds on 127.0.0.1. */
export async function openClouds(model: ModelStandIn): Promise<CloudStandIn> {
  const asked: CloudRequest[] = [];
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://cloud").pathname);
    const body = JSON.parse((await text(request)) || "{}") as Record<string, unknown>;
    for (const { cloud, form } of wires) {
      const [whole, name = "", streams] = form.exec(path) ?? [];
      if (whole === undefined) continue;
      const { anthropic_version: version, ...rest } = body;
      const { authorization = null } = request.headers;
      asked.push({ cloud, path, model: name, authorization, version: String(version) });
      const messages = await fetch(`${model.url}/v1/messages`, {
        method: "POST",
        headers: { ...ofSession(request), "content-type": "application/json", "x-api-key": model.key },
        body: JSON.stringify({ ...rest, model: name, stream: streams !== undefined }),
      });
      return cloud === "bedrock" && streams !== undefined && messages.ok
        ? sendFrames(response, await messages.text())
        : sendSame(response, messages);
    }
    response.writeHead(404, { "content-type": "application/json" }).end('{ "message": "no such operation" }');
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) return void response.destroy();
      response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ message: String(error) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Claude Code says by these which conversation it is; the clouds pass over them. */
function ofSession({ headers }: IncomingMessage): Record<string, string> {
  const named = Object.entries(headers).filter(([name]) => name.startsWith("x-claude-code-"));
  return Object.fromEntries(named.map(([name, value]) => [name, String(value)]));
}

async function sendSame(response: ServerResponse, of: Response): Promise<void> {
  response.writeHead(of.status, { "content-type": of.headers.get("content-type") ?? "application/json" });
  response.end(Buffer.from(await of.arrayBuffer()));
}

/** The events of the Messages API, each in a frame of Amazon's. */
function sendFrames(response: ServerResponse, events: string): void {
  response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream" });
  for (const [, event = ""] of events.matchAll(/^data: (.*)$/gm))
    response.write(frameOf(JSON.stringify({ bytes: Buffer.from(event).toString("base64") })));
  response.end();
}

const headers = { ":event-type": "chunk", ":content-type": "application/json", ":message-type": "event" };
const ofText = 7;

/**
 * Lengths of all and of the headers, a checksum of both, headers, payload, a checksum of everything; numbers of 4 bytes.
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 */
function frameOf(payload: string): Buffer {
  const head = Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(value.length);
      return Buffer.concat([
        Buffer.from([name.length]),
        Buffer.from(name),
        Buffer.from([ofText]),
        length,
        Buffer.from(value),
      ]);
    }),
  );
  const content = Buffer.from(payload);
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + head.length + content.length, 0);
  prelude.writeUInt32BE(head.length, 4);
  const message = Buffer.concat([prelude, checksumOf(prelude), head, content]);
  return Buffer.concat([message, checksumOf(message)]);
}

function checksumOf(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}
