import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

export type Received = { id: string; type: string; subject: string; body: { type: string; data: unknown } };

/** Somebody's server that receives webhooks as the specification says, with the official library. */
export type WebhookServer = {
  url: string;
  /** What was taken, in order. */
  taken: Received[];
  /** What was refused for its signature. */
  forged: number;
  /** How many times it was asked at all. */
  asked: () => number;
  /** From now on every message is answered so; null takes them again. */
  answer(as: { status: number; headers?: Record<string, string> } | null): void;
  close(): Promise<void>;
};

export async function openWebhookServer(secret: string): Promise<WebhookServer> {
  const verifier = new Webhook(secret);
  let refusal: { status: number; headers?: Record<string, string> } | null = null;
  let asked = 0;
  const state = { taken: [] as Received[], forged: 0 };
  const server = createServer(async (request, response) => {
    asked += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (refusal !== null) return response.writeHead(refusal.status, refusal.headers).end();
    const text = Buffer.concat(chunks).toString("utf8");
    try {
      const body = verifier.verify(text, request.headers as Record<string, string>) as Received["body"];
      const data = body.data as { task?: { name: string }; runner?: { name: string } };
      const subject = data.task?.name ?? data.runner?.name ?? "";
      state.taken.push({ id: String(request.headers["webhook-id"]), type: body.type, subject, body });
      response.writeHead(204).end();
    } catch {
      // The library throws for every signature that is not good, and for nothing else.
      state.forged += 1;
      response.writeHead(401).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    taken: state.taken,
    get forged() {
      return state.forged;
    },
    asked: () => asked,
    answer(as) {
      refusal = as;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A secret as the specification wants it. */
export function aSecret(letter: string): string {
  return `whsec_${Buffer.from(letter.repeat(32)).toString("base64")}`;
}
