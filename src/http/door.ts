import express, { type RequestHandler } from "express";
import type { Door } from "#operations/ports/elsewhere.ts";

const mostBytes = 256 * 1024;

/** Hands a body to a place's door as it came: what it is signed with is over the raw bytes. */
export function serveDoor(door: Door): RequestHandler {
  const read = express.raw({ limit: mostBytes, inflate: false, type: () => true });
  return (request, response, next) => {
    if (request.method !== "POST") {
      response.set("allow", "POST").status(405).end();
      return;
    }
    const hear = async () => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const { status, json, after } = await door.hear({ headers: request.headers, body });
      if (after !== undefined) response.once("finish", after);
      if (json === null) response.status(status).end();
      else response.status(status).json(json);
    };
    read(request, response, (error?: unknown) => {
      if (error === undefined) hear().catch(next);
      else if (isTooLarge(error)) response.status(413).json({ error: `The body is larger than ${mostBytes} bytes` });
      else response.status(400).json({ error: "The body cannot be read" });
    });
  };
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && "type" in error && error.type === "entity.too.large";
}
