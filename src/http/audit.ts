import type { Request } from "express";
import type { AuditRecord } from "#operations/ports/audit.ts";
import { ProblemError } from "#operations/problem-error.ts";
import { type RouteName, routes } from "#protocol/routes.ts";
import { nameOf } from "./access.ts";
import type { Caller } from "./handlers.ts";

/** Told what somebody did, or tried; `address` is what the connection says. */
export type Audit = (note: Omit<AuditRecord, "id" | "at">) => void;

/** Reads that are sent as POST would be noise here; there are none for operators. */
const isNoted = (name: RouteName) => routes[name].method === "POST" && routes[name].audience === "operator";

/**
 * Carries work out and notes who asked for it and what became of it, where people ask for a change. What was said or
 * written is not part of it: only what it was done to.
 */
export function noteOf(name: RouteName, request: Request, caller: Caller | null, audit: Audit | undefined) {
  return async <T>(body: unknown, work: () => T | Promise<T>): Promise<T> => {
    if (audit === undefined || !isNoted(name)) return work();
    const note = (refusal: string | null) =>
      audit({
        by: whoOf(caller, body),
        place: request.headers.authorization === undefined ? "dashboard" : "program",
        address: addressOf(request),
        action: name,
        subject: subjectOf(request, body),
        refusal,
      });
    let answer: T;
    try {
      answer = await work();
    } catch (error) {
      try {
        note(error instanceof ProblemError ? error.problem.title : "The server failed.");
      } catch {
        // What keeps work from being stored, as a full disk, keeps its note from it too: the asker hears of the work.
      }
      throw error;
    }
    note(null);
    return answer;
  };
}

/** Where the connection comes from. */
export function addressOf(request: Request): string | null {
  return request.socket.remoteAddress?.replace(/^::ffff:/, "") ?? null;
}

/** The token says who may; whoever uses it says who they are. */
function whoOf(caller: Caller | null, body: unknown): string {
  const name = nameOf(caller);
  const said = fieldOf(body, "by");
  return said === null || said === name ? name : `${name} (${said})`;
}

function subjectOf(request: Request, body: unknown): string | null {
  const [named] = Object.values(request.params);
  if (typeof named === "string") return named.slice(0, 100);
  const repository = fieldOf(body, "repository");
  const issue = fieldOf(body, "issue");
  return repository === null ? null : `${repository}${issue === null ? "" : `#${issue}`}`;
}

function fieldOf(body: unknown, key: string): string | null {
  const value = typeof body === "object" && body !== null ? (body as Record<string, unknown>)[key] : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value).slice(0, 100) : null;
}
