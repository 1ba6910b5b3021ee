import { setTimeout as pause } from "node:timers/promises";
import { RefusedError, UnreachableError } from "#protocol/client.ts";
import { LiveEvent } from "#protocol/live.ts";
import { Problem } from "#protocol/problem.ts";
import { livePath } from "#protocol/routes.ts";

/**
 * The stream is open, something was missed and is to be loaded anew, nothing happened for a while (a moment to look
 * whether one has missed anything), or something changed.
 */
export type LiveFrame = { kind: "open" } | { kind: "gap" } | { kind: "beat" } | { kind: "event"; event: LiveEvent };

export type LiveOptions = {
  server: string;
  token: string | null;
  signal: AbortSignal;
  /** The server says something every 15 s; after this long without a word the stream counts as broken. */
  silenceMs?: number;
  /** How long a server that has gone away is waited for. */
  patienceMs?: number;
};

/**
 * What changes at the server, from now on (server-sent events). A broken stream is taken up where it was.
 * Ends when the signal fires.
 * @throws RefusedError, UnreachableError
 */
export async function* liveFrames(options: LiveOptions): AsyncGenerator<LiveFrame, void> {
  const { server, signal, patienceMs = 60_000 } = options;
  let cursor: string | null = null;
  let brokenSince: number | null = null;
  while (!signal.aborted) {
    try {
      for await (const { id, name, data } of serverEvents(options, cursor)) {
        brokenSince = null;
        cursor = id ?? cursor;
        if (name === "open" || name === "gap" || name === "beat") yield { kind: name };
        else {
          const event = LiveEvent.safeParse(JSON.parse(data));
          // A newer server may tell of things that this program does not know.
          if (event.success) yield { kind: "event", event: event.data };
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof RefusedError) throw error;
      // The first connection must stand: then nobody has been shown anything yet.
      if (cursor === null) throw new UnreachableError(server, error);
    }
    brokenSince ??= performance.now();
    if (performance.now() - brokenSince > patienceMs) throw new UnreachableError(server, null);
    await pause(1_000, undefined, { signal }).catch(() => undefined);
  }
}

type ServerEvent = { id: string | null; name: string; data: string };

async function* serverEvents(options: LiveOptions, cursor: string | null): AsyncGenerator<ServerEvent, void> {
  const { server, token, signal, silenceMs = 45_000 } = options;
  const silence = new AbortController();
  const watch = setTimeout(() => silence.abort(new Error(`no word for ${silenceMs} ms`)), silenceMs);
  try {
    const response = await fetch(new URL(livePath, server), {
      headers: {
        accept: "text/event-stream",
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(cursor === null ? {} : { "last-event-id": cursor }),
      },
      redirect: "error",
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok) throw await refusalOf(response);
    if (response.body === null) return;
    let rest = "";
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      watch.refresh();
      rest += chunk;
      const blocks = rest.split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = parseEvent(block);
        if (event !== null) yield event;
      }
    }
  } finally {
    clearTimeout(watch);
  }
}

/** One event of the stream; a comment is the server's heartbeat; null for what only sets the retry time. */
function parseEvent(block: string): ServerEvent | null {
  if (block.startsWith(":")) return { id: null, name: "beat", data: "" };
  const fields = new Map<string, string>();
  for (const line of block.split(/\r?\n/)) {
    // JSON leaves U+2028 as it is, and a dot is no line separator of any kind unless it is told so.
    const [, name = "", value = ""] = /^([a-z]*):? ?(.*)$/s.exec(line) ?? [];
    fields.set(name, name === "data" && fields.has("data") ? `${fields.get("data")}\n${value}` : value);
  }
  const data = fields.get("data");
  return data === undefined ? null : { id: fields.get("id") ?? null, name: fields.get("event") ?? "message", data };
}

async function refusalOf(response: Response): Promise<Error> {
  const problem = Problem.safeParse(await response.json().catch(() => null));
  if (problem.success && response.status < 500) return new RefusedError(problem.data);
  return new Error(`The server answered ${response.status}.`);
}
