import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { Clock } from "#operations/ports/world.ts";
import { ProblemError } from "#operations/problem-error.ts";
import { MalformedPayloadError } from "./payload.ts";
import { type Arrival, refuseWeakSecret } from "./probot.ts";
import { isSignedBy, looksSigned } from "./signature.ts";
import { type BodyLimits, BodyReader, RejectedRequestError } from "./webhook-body.ts";

export type WebhookRouteOptions = {
  /** The webhook secret; during a rotation the old and the new one. */
  secrets: readonly string[];
  /** Stores the delivery; a GUID that is known changes nothing. */
  receive: (arrival: Arrival) => Promise<void>;
  clock: Clock;
  log: Logger;
  limits: BodyLimits;
};

type Envelope = { guid: string; hookId: string; event: string; signature: string };

/**
 * The door for GitHub's webhooks, mounted before any body parser: the signature is over the raw bytes.
 *
 *   headers ─► body within limits ─► signature ─► JSON ─► stored ─► 202
 *     400/401/415   413/408/503        401        400     400/500/503/507
 *
 * The work happens after the answer. 5xx makes the delivery a failed one on GitHub's side, from where it can be asked
 * for again. Nothing of a rejected body is kept or logged (S04).
 */
export function webhookRoute(
  options: WebhookRouteOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  for (const secret of options.secrets) refuseWeakSecret(secret);
  const bodies = new BodyReader(options.limits);
  const logRejection = rarely(options.log);

  return async (request, response) => {
    try {
      const envelope = envelopeOf(request);
      const body = await bodies.read(request);
      if (!isSignedBy(options.secrets, body, envelope.signature)) {
        throw new RejectedRequestError(401, "The signature does not fit the body and the webhook secret");
      }
      const { guid, hookId, event } = envelope;
      await options.receive({ guid, hookId, event, payload: objectOf(body), receivedAt: options.clock() });
      answer(request, response, 202, "Accepted");
    } catch (error) {
      const rejected = rejectionOf(error);
      if (rejected !== null) {
        logRejection(rejected);
        answer(request, response, rejected.status, rejected.message);
        return;
      }
      const message = error instanceof Error ? error.message.slice(0, 1_000) : "unknown";
      options.log.error({ message }, "A webhook could not be stored; GitHub shows it as failed");
      // A full disk or a locked database says so; whatever else is in an error is for the log alone.
      const problem = error instanceof ProblemError ? error.problem : null;
      answer(request, response, problem?.status ?? 500, problem?.title ?? "The delivery could not be stored");
    }
  };
}

function rejectionOf(error: unknown): RejectedRequestError | null {
  if (error instanceof MalformedPayloadError) return new RejectedRequestError(400, error.message);
  return error instanceof RejectedRequestError ? error : null;
}

function envelopeOf(request: IncomingMessage): Envelope {
  if (request.method !== "POST") throw new RejectedRequestError(405, "Webhooks come by POST");
  const type = header(request, "content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new RejectedRequestError(415, "Set the webhook's content type to application/json");
  }
  const guid = required(request, "x-github-delivery", /^[0-9a-zA-Z-]{1,100}$/);
  const event = required(request, "x-github-event", /^[a-z0-9_]{1,100}$/);
  const hookId = required(request, "x-github-hook-id", /^[0-9]{1,20}$/);
  const signature = header(request, "x-hub-signature-256");
  if (!looksSigned(signature)) throw new RejectedRequestError(401, "X-Hub-Signature-256 is missing or no SHA-256");
  return { guid, hookId, event, signature };
}

function required(request: IncomingMessage, name: string, pattern: RegExp): string {
  const value = header(request, name);
  if (value === undefined || !pattern.test(value))
    throw new RejectedRequestError(400, `${name} is missing or malformed`);
  return value;
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function objectOf(body: Buffer): object {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    // The parser's own message quotes the body.
    throw new RejectedRequestError(400, "The body is no JSON in UTF-8");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RejectedRequestError(400, "The body is no JSON object");
  }
  return value;
}

/** How long a sender whose request was turned away may go on sending before it is cut off. */
const drainMs = 500;

/** A sender in the midst of its body sees the answer only when what it sends is taken from it; for a moment, that is. */
function answer(request: IncomingMessage, response: ServerResponse, status: number, message: string): void {
  if (response.destroyed) return;
  const text = `${message}\n`;
  const early = !request.complete;
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    ...(status === 405 ? { allow: "POST" } : {}),
    ...(status === 503 ? { "retry-after": "10" } : {}),
    ...(early ? { connection: "close" } : {}),
  });
  if (!early) {
    response.end(text);
    return;
  }
  response.write(text);
  const cut = setTimeout(() => request.destroy(), drainMs);
  const end = () => {
    clearTimeout(cut);
    response.end();
  };
  request.once("end", end).once("close", end);
  request.resume();
}

/** Says at most once a minute that requests are turned away, and how many were meanwhile. */
function rarely(log: Logger): (rejected: RejectedRequestError) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return (rejected) => {
    untold += 1;
    if (performance.now() - saidAt < 60_000) return;
    log.warn({ status: rejected.status, reason: rejected.message, count: untold }, "A webhook was turned away");
    saidAt = performance.now();
    untold = 0;
  };
}
