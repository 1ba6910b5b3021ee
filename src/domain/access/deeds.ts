import { roleFor } from "#domain/commands/roles.ts";
import type { Verb } from "#domain/commands/verbs.ts";
import { isAtLeast } from "#domain/gate.ts";
import { TaskDeed } from "#protocol/access.ts";
import type { Policy, Role } from "#protocol/policy.ts";

type Row = {
  /** The command in a comment that does the same: what the policy asks for that, it asks here. */
  verb: Verb | null;
  /** Whatever the policy says, this much it takes. */
  least: Role;
};

/** What each deed takes in the task's repository. */
const deeds = {
  answer: { verb: "answer", least: "read" },
  approve: { verb: "approve", least: "read" },
  continue: { verb: "continue", least: "read" },
  edit: { verb: "say", least: "read" },
  "fix-ci": { verb: "fix-ci", least: "read" },
  prioritise: { verb: "priority", least: "read" },
  rebase: { verb: "rebase", least: "read" },
  // What it forgets, nobody can look up any more.
  remove: { verb: null, least: "admin" },
  retry: { verb: "retry", least: "read" },
  say: { verb: "say", least: "read" },
  stop: { verb: "stop", least: "read" },
  // Hands on Claude's own screen are hands on a shell of the runner's machine.
  take_over: { verb: "say", least: "write" },
} as const satisfies Record<TaskDeed, Row>;

/** The least role for this deed in a repository with this policy. */
export function roleForDeed(deed: TaskDeed, policy: Policy): Role {
  const { verb, least } = deeds[deed];
  const wanted = verb === null ? least : roleFor(verb, policy);
  return isAtLeast(wanted, least) ? wanted : least;
}

/** What somebody with this role may do to the repository's tasks. */
export function deedsFor(role: Role, policy: Policy): TaskDeed[] {
  return TaskDeed.options.filter((deed) => isAtLeast(role, roleForDeed(deed, policy)));
}

/** Whether somebody with this role sees the repository's tasks. Everybody has the role `read` in a public one. */
export function seesTasks({ role, isPrivate }: { role: Role; isPrivate: boolean }): boolean {
  return isAtLeast(role, isPrivate ? "read" : "triage");
}
