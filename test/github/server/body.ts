import type { IncomingMessage } from "node:http";
import { GitHubProblem } from "../state/problem.ts";

const largestBody = 26 * 1024 * 1024;

/** Reads a whole request body. Throws 413 past 26 MB. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new GitHubProblem(413, "Request body too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Parses a JSON body; `undefined` when there is none. Throws GitHub's 400. */
export function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new GitHubProblem(400, "Problems parsing JSON");
  }
}
