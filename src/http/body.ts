import express, { type Request, type Response } from "express";
import { ProblemError } from "#operations/problem-error.ts";
import { problems } from "./problems.ts";

/**
 * Reads a JSON body of at most `limit` bytes; no body at all reads as an empty object.
 * Only `application/json` is taken: a page of another site cannot send that without asking first.
 * @throws ProblemError 400, 413 or 415
 */
export async function readBody(request: Request, response: Response, limit: number): Promise<unknown> {
  if (mediaTypeOf(request) !== "application/json") throw new ProblemError(problems.notJson());
  const parse = express.json({ limit, inflate: false, type: () => true });
  await new Promise<void>((resolve, reject) => {
    parse(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(refusalOf(error, limit))));
  });
  return request.body ?? {};
}

function mediaTypeOf(request: Request): string | undefined {
  return request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
}

/** The types are body-parser's (https://www.npmjs.com/package/body-parser#errors). */
function refusalOf(error: unknown, limit: number): unknown {
  switch (error instanceof Error && "type" in error ? error.type : null) {
    case "entity.too.large":
      return new ProblemError(problems.tooLarge(limit));
    case "encoding.unsupported":
    case "charset.unsupported":
      return new ProblemError(problems.notJson());
    case "entity.parse.failed":
    case "request.size.invalid":
    case "request.aborted":
      return new ProblemError(problems.invalid(["the body is not whole JSON"]));
    default:
      return error;
  }
}
