import type { Request, RequestHandler } from "express";
import type { z } from "zod";
import type { PeopleRoute } from "#domain/access/needs.ts";
import { ProblemError } from "#operations/problem-error.ts";
import { type RouteName, routes } from "#protocol/routes.ts";
import type { Access } from "./access.ts";
import { type Audit, noteOf } from "./audit.ts";
import { readBody } from "./body.ts";
import { callerOf, type Known } from "./caller.ts";
import type { Caller, Handlers } from "./handlers.ts";
import type { InFlight } from "./in-flight.ts";
import { problems } from "./problems.ts";
import { shownTo } from "./shown-to.ts";

const usualBytes = 256 * 1024;
/** Routes whose bodies may be larger: reports carry logs. */
const bytesOf: Partial<Record<RouteName, number>> = { report: 8 * 1024 * 1024 };

/** Serves one route of the table: who asks, what is asked, the handler's answer. In that order, so that strangers cost little. */
export function serveRoute<N extends RouteName>(
  name: N,
  of: Known & { handlers: Pick<Handlers, N>; inFlight: InFlight; access: Access; audit?: Audit },
): RequestHandler {
  const route = routes[name];
  // The table ties the types together by name; here the name is a value.
  const handle = of.handlers[name] as (input: object) => unknown;
  return async (request, response) => {
    const signal = of.inFlight.enter(request, response);
    const caller = callerOf(request, route.audience, of);
    const said = route.method === "POST" ? await readBody(request, response, bytesOf[name] ?? usualBytes) : {};
    const body = inTheirName(caller, said);
    const note = noteOf(name, request, caller, of.audit);
    const answer = await note(body, async () => {
      const input = parseAll(route, request, body);
      const standing =
        caller?.kind === "person"
          ? // People are known where operators are, and nowhere else. They are judged by what the handler gets to see.
            await of.access.admit({ route: name as PeopleRoute, login: caller.name, ...input })
          : null;
      const sees = (repository: string) => standing === null || standing.sees(repository);
      return shownTo(standing, await handle({ ...input, caller, sees, signal }));
    });
    if (response.destroyed) return;
    // Parsing keeps what the contract does not name, as a credential's hash, inside the server.
    response.json(route.response.parse(answer));
  };
}

/** Whoever uses the operator's token says who they are; who is signed in is known. */
function inTheirName(caller: Caller | null, body: unknown): unknown {
  if (caller?.kind !== "person" || typeof body !== "object" || body === null) return body;
  return { ...body, by: caller.name };
}

function parseAll(route: (typeof routes)[RouteName], request: Request, body: unknown) {
  const findings: string[] = [];
  const parse = (schema: z.ZodType, place: string, value: unknown): unknown => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) findings.push(...parsed.error.issues.map((issue) => findingOf(place, issue)));
    return parsed.data;
  };
  const input = {
    params: parse(route.params, "path", request.params),
    query: parse(route.query, "query", request.query),
    body: parse(route.request, "body", body),
  };
  if (findings.length > 0) throw new ProblemError(problems.invalid(findings.slice(0, 10)));
  return input;
}

/** "body.reports[3].seq: Invalid input: expected number, received string" */
function findingOf(place: string, issue: z.core.$ZodIssue): string {
  const path = issue.path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return `${place}${path}: ${issue.message}`;
}
