import type { PeopleRoute } from "#domain/access/needs.ts";
import type { Standing } from "#operations/standings.ts";
import type { Caller } from "./handlers.ts";

/** What decides what people who are signed in see and may do. The operator's token is not asked about. */
export type Access = {
  /** @throws ProblemError 403, 404, 503 */
  admit(asked: { route: PeopleRoute; login: string; params: unknown; body: unknown }): Promise<Standing>;
  /** @throws ProblemError 503 */
  standing(login: string): Promise<Standing>;
  /** Whether they may everything; decided by the configuration alone. */
  isAdmin(login: string): boolean;
};

/** Nobody is signed in with GitHub here. */
export const operatorOnly: Access = {
  admit: () => Promise.reject(new Error("nobody can be signed in here")),
  standing: () => Promise.reject(new Error("nobody can be signed in here")),
  isAdmin: () => false,
};

/** Who did it, as logs and pages name them. */
export function nameOf(caller: Caller | null): string {
  return caller === null || caller.kind === "runner" ? "" : caller.name;
}
