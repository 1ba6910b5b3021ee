import type { RepositoryRef } from "#domain/task.ts";
import type { Role } from "#protocol/policy.ts";
import { GitHubRefusedError } from "./ports/github.ts";
import type { World } from "./ports/world.ts";

/** More different people than this are not asked about: each costs a call. */
const mostPeople = 20;

/** GitHub's word on the roles of these people now; null for whom it did not answer, which counts as no. */
export async function rolesOf(
  world: World,
  repository: RepositoryRef,
  logins: readonly string[],
): Promise<(login: string) => Role | null> {
  const roles = new Map<string, Role | null>();
  for (const login of [...new Set(logins)].slice(0, mostPeople)) {
    try {
      roles.set(login, await world.github.roleOf(repository, login));
    } catch (error) {
      if (!(error instanceof GitHubRefusedError)) throw error;
    }
  }
  return (login) => roles.get(login) ?? null;
}
