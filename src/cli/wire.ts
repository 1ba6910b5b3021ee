import { type Answer, parseAnswer } from "./http-answer.ts";

export type Asking = {
  method: "GET" | "POST";
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: string | null;
  /** Milliseconds until it is given up. */
  timeoutMs: number;
  signal: AbortSignal | null;
};

/** More than any answer of ours has. */
const most = 64 * 1024 * 1024;

/**
 * One request and its answer. A server on this machine is written to over the bare socket, because loading an HTTP
 * client takes Node longer than the whole exchange; what is asked at the same moment goes over one connection.
 * @throws what the network throws
 */
export async function ask(asking: Asking): Promise<Answer> {
  const { url, method, headers, body, timeoutMs, signal } = asking;
  if (url.protocol === "http:" && isHere(url.hostname) && signal === null) return askHere(asking);
  const timeout = AbortSignal.timeout(timeoutMs);
  const until = signal === null ? timeout : AbortSignal.any([timeout, signal]);
  const response = await fetch(url, { method, headers, body, signal: until, redirect: "error" });
  return { status: response.status, text: await response.text() };
}

function isHere(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.[0-9]{1,3}){3}$/.test(host);
}

type Waiting = {
  request: string;
  asking: Asking;
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
};

/** What has been asked of each server since the last turn of the event loop. */
const together = new Map<string, Waiting[]>();

function askHere(asking: Asking): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const one: Waiting = { request: requestOf(asking), asking, resolve, reject };
    // What changes something goes alone: it must not be sent a second time.
    if (asking.method === "POST") return converse([one]);
    const { host } = asking.url;
    const waiting = together.get(host);
    if (waiting !== undefined) return void waiting.push(one);
    const all = [one];
    together.set(host, all);
    setImmediate(() => {
      together.delete(host);
      converse(all);
    });
  });
}

/** Sends all requests at once (pipelining, RFC 9112, 9.3.2), and gives each its answer as it comes. */
function converse(waiting: readonly Waiting[]): void {
  const [first] = waiting;
  if (first === undefined) return;
  const left = [...waiting];
  let bytes: Buffer = Buffer.alloc(0);
  const { url, timeoutMs } = first.asking;
  // Loaded now: help and version need no network.
  const { connect } = process.getBuiltinModule("node:net");
  const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 80) });
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer in ${timeoutMs} ms`)));
  const fail = (error: Error) => {
    for (const { reject } of left.splice(0)) reject(error);
  };
  socket.on("error", fail);
  socket.on("data", (chunk: Buffer) => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    if (bytes.length > most) return socket.destroy(new Error("The answer does not end."));
    take(false);
  });
  const take = (isAll: boolean) => {
    for (let parsed = parseAnswer(bytes, isAll); parsed !== null; parsed = parseAnswer(bytes, isAll)) {
      if (parsed === "foreign") return void socket.destroy(new Error("What answers there is not our server."));
      bytes = parsed.rest;
      left.shift()?.resolve(parsed.answer);
      if (left.length === 0) return void socket.destroy();
    }
  };
  socket.on("end", () => take(true));
  socket.on("close", () => {
    // A server that answers one request for each connection is asked the rest again.
    if (left.length < waiting.length && bytes.length === 0) converse(left.splice(0));
    else fail(new Error("The connection was closed before the answer."));
  });
  socket.write(waiting.map(({ request }) => request).join(""));
}

function requestOf({ method, url, headers, body }: Asking): string {
  const lines = Object.entries({
    host: url.host,
    ...headers,
    ...(body === null ? {} : { "content-length": String(Buffer.byteLength(body)) }),
  }).map(([name, value]) => `${name}: ${value}`);
  // The token comes from the environment or a file; one with a line break would write a header of its own.
  if (lines.some((line) => /[\r\n\0]/.test(line))) throw new TypeError("A header holds a line break.");
  return `${method} ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body ?? ""}`;
}
