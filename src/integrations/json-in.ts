/** What a message holds; undefined where that is no JSON, which is for its schema to refuse. */
export function jsonIn(body: Uint8Array | string): unknown {
  try {
    return JSON.parse(typeof body === "string" ? body : Buffer.from(body).toString("utf8")) as unknown;
  } catch {
    // Whoever sent it is told.
    return undefined;
  }
}
