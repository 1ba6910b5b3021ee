export type Answer = { status: number; text: string };

/** An answer, and the bytes that follow it. */
type Parsed = { answer: Answer; rest: Buffer };

/** A head longer than this is none of ours. */
const longestHead = 64 * 1024;

/**
 * The first answer in these bytes (HTTP/1.1, RFC 9112): of a told length, in chunks, or up to the connection's end.
 * @param isAll whether nothing more can come
 * @returns null while it is not whole, "foreign" for what no HTTP server would say
 */
export function parseAnswer(bytes: Buffer, isAll: boolean): Parsed | "foreign" | null {
  if (bytes.length === 0) return null;
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1)
    return "HTTP/".startsWith(bytes.toString("latin1", 0, 5)) && bytes.length < longestHead ? null : "foreign";
  const head = bytes.toString("latin1", 0, end);
  const status = Number(/^HTTP\/1\.[01] ([2-5][0-9]{2})\b/.exec(head)?.[1]);
  if (Number.isNaN(status)) return "foreign";
  const body = bytes.subarray(end + 4);
  const length = /^content-length: *([0-9]{1,9}) *$/im.exec(head)?.[1];
  if (length !== undefined) return lengthOf(status, body, Number(length));
  if (/^transfer-encoding: *chunked *$/im.test(head)) return chunksOf(status, body);
  return isAll ? { answer: { status, text: body.toString() }, rest: Buffer.alloc(0) } : null;
}

function lengthOf(status: number, body: Buffer, length: number): Parsed | null {
  if (body.length < length) return null;
  return { answer: { status, text: body.toString("utf8", 0, length) }, rest: body.subarray(length) };
}

function chunksOf(status: number, body: Buffer): Parsed | "foreign" | null {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf("\r\n", at);
    if (end === -1) return null;
    const digits = /^[0-9a-f]{1,8}(?=$|;)/i.exec(body.toString("latin1", at, end))?.[0];
    if (digits === undefined) return "foreign";
    const start = end + 2;
    const size = Number.parseInt(digits, 16);
    // The last chunk is empty, and our server sends no trailers after it.
    if (body.length < start + size + 2) return null;
    if (size === 0)
      return { answer: { status, text: Buffer.concat(chunks).toString() }, rest: body.subarray(start + 2) };
    chunks.push(body.subarray(start, start + size));
    at = start + size + 2;
  }
}
