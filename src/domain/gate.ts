import type { Policy, Role } from "#protocol/policy.ts";
import type { Reason } from "#protocol/words.ts";
import type { Actor } from "./happening.ts";

const rank = { none: 0, read: 1, triage: 2, write: 3, maintain: 4, admin: 5 } as const satisfies Record<Role, number>;

export type GateFacts = {
  actor: Actor;
  /** The actor's role in the repository now; null when GitHub could not tell. */
  role: Role | null;
  policy: Policy;
  /** The least role that this way of asking takes. */
  needed: Role;
  repository: { name: string; isPrivate: boolean };
  /** Public repositories that the operator has opted in; `*` for all. */
  publicRepositories: readonly string[];
};

/** Why this person may not start work here; null when they may. Unknown counts as no. */
export function refusalOf(facts: GateFacts): Reason | null {
  const { actor, policy, repository } = facts;
  if (actor.isBot && !namesBot(policy, actor.login)) {
    return {
      code: "bots_not_allowed",
      sentence: `@${actor.login} is a bot, and bots do not start work here.`,
      advice: `A person with the role ${policy.role} can put the label on, or the policy can name the bot under bots.`,
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
      advice: "`/claude run`, or the label put on anew, asks once more in a while.",
    };
  }
  if (!isAtLeast(facts.role, facts.needed)) {
    return {
      code: "role_too_low",
      sentence: `@${actor.login} has the role ${facts.role} here; starting work needs ${facts.needed}.`,
      advice: `Somebody with the role ${facts.needed} can write \`/claude run\`, or put the label on anew.`,
    };
  }
  return null;
}

function isOptedIn(facts: GateFacts): boolean {
  const open = facts.publicRepositories;
  return open.includes("*") || open.includes(facts.repository.name);
}

/** Whether the policy lets this bot start and steer work; its name may stand there with or without `[bot]`. */
export function namesBot({ bots }: Policy, login: string): boolean {
  const plain = (name: string) => name.toLowerCase().replace(/\[bot\]$/, "");
  return bots.some((name) => plain(name) === plain(login));
}

/** Whether the role is at least the needed one. An unknown role is none. */
export function isAtLeast(role: Role | null, needed: Role): boolean {
  return role !== null && rank[role] >= rank[needed];
}

/** Whether somebody with this role may steer work, so that their words go into the prompt. */
export function mayWritePrompt(role: Role | null, policy: Policy): boolean {
  return isAtLeast(role, policy.role);
}
