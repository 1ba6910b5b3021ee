import type { Policy, Role } from "#protocol/policy.ts";
import type { Reason } from "#protocol/words.ts";
import type { Actor } from "./happening.ts";

const rank = { none: 0, read: 1, triage: 2, write: 3, maintain: 4, admin: 5 } as const satisfies Record<Role, number>;

export type GateFacts = {
  actor: Actor;
  /** The actor's role in the repository now; null when GitHub could not tell. */
  role: Role | null;
  policy: Policy;
  repository: { name: string; isPrivate: boolean };
  /** Public repositories that the operator has opted in; `*` for all. */
  publicRepositories: readonly string[];
};

/** Why this person may not start work here; null when they may. Unknown counts as no. */
export function refusalOf(facts: GateFacts): Reason | null {
  const { actor, policy, repository } = facts;
  if (actor.isBot) {
    return {
      code: "bots_not_allowed",
      sentence: `@${actor.login} is a bot, and bots do not start work here.`,
      advice: `A person with the role ${policy.role} can put the label on.`,
    };
  }
  if (!repository.isPrivate && !isOptedIn(facts)) {
    return {
      code: "public_repository",
      sentence: "This repository is public, and the operator of this app has not opened it for work.",
      advice: `The operator adds ${repository.name} to CC_ORCHESTRATOR_PUBLIC_REPOSITORIES.`,
    };
  }
  if (facts.role === null) {
    return {
      code: "role_unknown",
      sentence: `GitHub did not tell which role @${actor.login} has here, so nothing was started.`,
      advice: "Remove the label and put it back in a while.",
    };
  }
  if (rank[facts.role] < rank[policy.role]) {
    return {
      code: "role_too_low",
      sentence: `@${actor.login} has the role ${facts.role} here; starting work needs ${policy.role}.`,
      advice: `Somebody with the role ${policy.role} can remove the label and put it back.`,
    };
  }
  return null;
}

function isOptedIn(facts: GateFacts): boolean {
  const open = facts.publicRepositories;
  return open.includes("*") || open.includes(facts.repository.name);
}

/** Whether somebody with this role may steer work, so that their words go into the prompt. */
export function mayWritePrompt(role: Role | null, policy: Policy): boolean {
  return role !== null && rank[role] >= rank[policy.role];
}
