import type { Request, Response } from "express";
import type { LiveEvent } from "#protocol/live.ts";
import type { Eyes } from "./eyes.ts";
import { type Frame, frameOf, openRing } from "./frames.ts";
import { problems, sendProblem } from "./problems.ts";

export type Live = {
  publish(body: LiveEvent["body"]): void;
  /** Answers with a stream that stays open, to somebody who may have one. */
  serve(request: Request, response: Response, viewer?: Viewer): void;
  /** Ends the streams of those who are signed out. */
  lookWhoIsIn(): void;
  /** Ends all streams; they may resume at the next server. */
  close(): void;
};

/** Who follows the stream; the operator's token sees everything, for ever. */
export type Viewer = {
  /** Whether they are still signed in. */
  isIn: () => boolean;
  eyes: Eyes | null;
  /** Hears what to do when they see more or less than before. */
  onChange?: (reload: () => void) => void;
};

export type LiveOptions = {
  /** See `openRing`. */
  firstId: number;
  /** How many events can be resumed from, and how many characters of them are kept. */
  events?: number;
  bytes?: number;
  /** Events of this many milliseconds go out together. */
  batchMs?: number;
  heartbeatMs?: number;
  /** A client that takes nothing for this long is cut off. */
  stallMs?: number;
  clients?: number;
};

type Client = { response: Response; cursor: number; blockedSince: number | null; viewer: Viewer };

const operator: Viewer = { isIn: () => true, eyes: null };

/** What is written to a client at once: all that can pile up for one that does not read. */
const writeBytes = 256 * 1024;

/**
 * Live changes as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 *
 * A stream begins with an `open` event, or with what came after `Last-Event-ID` (or `?after=`). Where that is no longer
 * kept, a `gap` event tells the client to load everything anew; its id is where the stream goes on. A client has no
 * queue of its own, only a cursor into the common ring: a slow one falls behind, and out of the ring, at no cost.
 */
export function openLive(options: LiveOptions): Live {
  const { batchMs = 50, heartbeatMs = 15_000, stallMs = 30_000, clients: maxClients = 200 } = options;
  const ring = openRing({ events: options.events ?? 2_000, bytes: options.bytes ?? 16e6, firstId: options.firstId });
  const clients = new Set<Client>();
  let batch: NodeJS.Timeout | null = null;
  let isClosed = false;
  const heartbeat = setInterval(() => {
    lookWhoIsIn();
    for (const client of clients) beat(client, stallMs, () => advance(client));
  }, heartbeatMs).unref();

  const advance = (client: Client): void => {
    while (client.blockedSince === null && client.cursor !== ring.lastId()) {
      const frames = ring.after(client.cursor, writeBytes);
      const from = client.cursor;
      client.cursor = frames?.at(-1)?.id ?? ring.lastId();
      const piece = frames === null ? gapAt(client.cursor) : pieceFor(client.viewer, from, frames);
      if (piece.length > 0) write(client, piece, () => advance(client));
    }
  };
  // Most look at the same place: what they are sent is encoded once, and held once for all who do not read.
  let shared: { from: number; to: number; piece: Buffer } | null = null;
  const pieceFor = ({ eyes }: Viewer, from: number, frames: readonly Frame[]): Buffer => {
    const to = frames.at(-1)?.id ?? from;
    const known = shared?.from === from && shared.to === to ? shared.piece : null;
    if (eyes === null && known !== null) return known;
    const texts = frames.map((frame) => textFor(eyes, frame));
    if (texts.some((text, at) => text !== frames[at]?.text)) return Buffer.from(texts.join(""));
    const piece = known ?? Buffer.from(texts.join(""));
    shared = { from, to, piece };
    return piece;
  };
  function lookWhoIsIn(): void {
    for (const { response, viewer } of clients) if (!viewer.isIn()) response.end();
  }

  return {
    publish: (body) => {
      ring.add(body);
      if (clients.size === 0) return;
      batch ??= setTimeout(() => {
        batch = null;
        for (const client of clients) advance(client);
      }, batchMs).unref();
    },
    lookWhoIsIn,
    serve: (request, response, viewer = operator) => {
      const asked = request.get("last-event-id") ?? request.query.after;
      if (isClosed) return sendProblem(response, problems.stopping());
      if (clients.size >= maxClients) return sendProblem(response, problems.crowded());
      const client: Client = { response, cursor: cursorOf(asked) ?? ring.lastId(), blockedSince: null, viewer };
      clients.add(client);
      response.once("close", () => clients.delete(client));
      viewer.onChange?.(() => write(client, gapAt(client.cursor), () => advance(client)));
      response.writeHead(200, { "content-type": "text/event-stream", "x-accel-buffering": "no" });
      const start = frameOf(client.cursor, { id: client.cursor }, "open");
      write(client, `retry: 1000\n\n${asked === undefined ? start : ""}`, () => advance(client));
      advance(client);
    },
    close: () => {
      isClosed = true;
      clearInterval(heartbeat);
      if (batch !== null) clearTimeout(batch);
      for (const client of clients) {
        advance(client);
        client.response.end();
      }
    },
  };
}

function textFor(eyes: Eyes | null, { id, text, body }: Frame): string {
  const seen = eyes === null ? body : eyes.see(body);
  // Most of it, as what Claude says, is the same for all who see it.
  if (seen === body) return text;
  return seen === null ? "" : frameOf(id, { id, body: seen } satisfies LiveEvent);
}

function gapAt(cursor: number): string {
  return frameOf(cursor, { id: cursor }, "gap");
}

/** A cursor that we never gave is answered like one that is too old. */
function cursorOf(asked: unknown): number | null {
  if (asked === undefined) return null;
  return typeof asked === "string" && /^\d{1,15}$/.test(asked) ? Number(asked) : 0;
}

/** @param piece text costs three times its length while it waits for a client: what is long comes as bytes */
function write(client: Client, piece: string | Buffer, onDrain: () => void): void {
  // Its close event is on the way.
  if (client.response.destroyed || client.response.write(piece)) return;
  client.blockedSince = performance.now();
  client.response.once("drain", () => {
    client.blockedSince = null;
    onDrain();
  });
}

/** A comment, so that proxies keep the connection; or the end of one that has stopped reading. */
function beat(client: Client, stallMs: number, onDrain: () => void): void {
  if (client.blockedSince === null) write(client, ": still here\n\n", onDrain);
  else if (performance.now() - client.blockedSince > stallMs) client.response.destroy();
}
