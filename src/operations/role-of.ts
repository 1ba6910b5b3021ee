import { namesBot } from "#domain/gate.ts";
import type { Actor } from "#domain/happening.ts";
import type { RepositoryRef } from "#domain/task.ts";
import type { Policy, Role } from "#protocol/policy.ts";
import { GitHubRefusedError } from "./ports/github.ts";
import type { World } from "./ports/world.ts";

/**
 * The role that counts: GitHub's word on a person; null when it did not answer, which counts as no. A bot has the role of
 * those who may start work where the policy names it, and none elsewhere; our own bot has none anywhere.
 */
export async function roleOf(
  world: World,
  repository: RepositoryRef,
  { login, isBot }: Actor,
  policy: Policy,
): Promise<Role | null> {
  if (isBot) {
    const isTrusted = namesBot(policy, login) && login !== (await world.github.whoAmI());
    return isTrusted ? policy.role : "none";
  }
  try {
    return await world.github.roleOf(repository, login);
  } catch (error) {
    if (error instanceof GitHubRefusedError) return null;
    throw error;
  }
}
