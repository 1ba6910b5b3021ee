import type { RunnerFacts } from "#operations/ports/runners.ts";
import type { Audience, ParamsOf, QueryOf, RequestOf, ResponseOf, RouteName, routes } from "#protocol/routes.ts";

/** Who asks. A person is signed in with GitHub, and named by their login there. */
export type Caller =
  | { kind: "runner"; runner: RunnerFacts }
  | { kind: "operator"; name: string }
  | { kind: "person"; name: string };

/** Null where the token is not one of that audience's. Compares in constant time. */
export type Authenticate = (bearer: string, audience: Exclude<Audience, "anybody">) => Caller | null;

type CallerOf<A extends Audience> = A extends "anybody"
  ? null
  : Extract<Caller, { kind: A extends "operator" ? "operator" | "person" : A }>;

/** A request as the handler of its route gets it: known caller, everything parsed. */
export type Input<N extends RouteName> = {
  params: ParamsOf<N>;
  query: QueryOf<N>;
  body: RequestOf<N>;
  caller: CallerOf<(typeof routes)[N]["audience"]>;
  /** Whether the caller may see what belongs to a repository of this name. */
  sees: (repository: string) => boolean;
  /** Aborted when the caller has gone or the server is closing: a long poll then answers at once, with nothing. */
  signal: AbortSignal;
};

/** What carries each route out. It refuses by throwing a ProblemError. */
export type Handlers = { [N in RouteName]: (input: Input<N>) => ResponseOf<N> | Promise<ResponseOf<N>> };
