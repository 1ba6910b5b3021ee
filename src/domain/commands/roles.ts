import type { Policy, Role } from "#protocol/policy.ts";
import { type Verb, verbs } from "./verbs.ts";

/** The least role that a command takes in the repository; `none` is anybody. */
export function roleFor(verb: Verb, policy: Policy): Role {
  return policy.roles[verb] ?? (verbs[verb].role === "starter" ? policy.role : verbs[verb].role);
}
