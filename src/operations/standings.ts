import { deedsFor, seesTasks } from "#domain/access/deeds.ts";
import { isLocal } from "#domain/local.ts";
import type { RepositoryRef } from "#domain/task.ts";
import type { TaskDeed } from "#protocol/access.ts";
import { defaultPolicy, type Policy, type Role } from "#protocol/policy.ts";
import { GitHubRefusedError } from "./ports/github.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

/** Whom the operator lets in. */
export type PeopleSettings = {
  /** Logins, and repositories as `acme/website` or `acme/*` whose people may come; null for everybody with a role. */
  people: readonly string[] | null;
  /** Logins of those who may everything, as with the operator's token. */
  admins: readonly string[];
};

/** What one person sees and may do, by their role in each repository as of a few minutes ago at most. */
export type Standing = {
  login: string;
  isAdmin: boolean;
  /** The same for as long as they see and may the same. */
  key: string;
  sees(repository: string): boolean;
  may(repository: string): readonly TaskDeed[];
};

type RoleThere = { role: Role; isPrivate: boolean };

export type Standings = {
  of(login: string): Promise<Standing>;
  /** Their role in the repository by GitHub's word at this moment. @throws ProblemError 503 when it gives none */
  roleNow(login: string, repository: RepositoryRef): Promise<Role>;
  /** Whether this person may come in at all. */
  maySignIn(login: string): Promise<boolean>;
  isAdmin(login: string): boolean;
};

/** What people see follows their role within this time; what they do is asked for anew each time. */
const keptMs = 5 * 60_000;
/** While GitHub does not answer, people go on seeing what they saw for so long. */
const staleMs = 60 * 60_000;
const atOnce = 6;
/** Who has no role in any of so many repositories is not looked for in more. */
const mostLookedAt = 100;

/** Remembers roles for a short time: a board of fifty repositories would cost fifty calls each time that somebody looks. */
export function openStandings(world: Pick<World, "store" | "github" | "clock">, settings: PeopleSettings): Standings {
  const kept = new Map<string, RoleThere & { at: number }>();
  const admins = new Set(settings.admins.map(lower));
  const asking = new Map<string, Promise<RoleThere>>();

  const ask = async (login: string, repository: RepositoryRef): Promise<RoleThere> => {
    const key = `${lower(login)} ${repository.id}`;
    const asked = asking.get(key) ?? askGitHub(world, login, repository);
    asking.set(key, asked);
    try {
      const there = await asked;
      kept.set(key, { ...there, at: world.clock() });
      return there;
    } finally {
      asking.delete(key);
    }
  };
  const roleIn = async (login: string, repository: RepositoryRef): Promise<RoleThere> => {
    const known = kept.get(`${lower(login)} ${repository.id}`);
    const age = known === undefined ? Number.POSITIVE_INFINITY : world.clock() - known.at;
    if (known !== undefined && age < keptMs) return known;
    try {
      return await ask(login, repository);
    } catch (error) {
      if (known !== undefined && age < staleMs) return known;
      throw noWord(error);
    }
  };
  const rolesIn = async (login: string, repositories: readonly RepositoryRef[]) => {
    const found: { repository: RepositoryRef; there: RoleThere }[] = [];
    for (let at = 0; at < repositories.length; at += atOnce) {
      const some = repositories.slice(at, at + atOnce);
      const theirs = await Promise.all(some.map((repository) => roleIn(login, repository)));
      found.push(...some.flatMap((repository, n) => ({ repository, there: theirs[n] ?? none })));
    }
    return found;
  };
  const isNamed = (login: string) =>
    admins.has(lower(login)) || (settings.people ?? []).map(lower).includes(lower(login));
  const letsIn = (repository: string) =>
    settings.people === null || settings.people.some((one) => covers(lower(one), lower(repository)));
  const policyOf = (repository: RepositoryRef): Policy =>
    world.store.policies.get(repository.id)?.policy ?? defaultPolicy;

  return {
    isAdmin: (login) => admins.has(lower(login)),
    async of(login) {
      if (admins.has(lower(login))) return allSeeing(login);
      const repositories = world.store.tasks.repositories().filter((one) => !isLocal(one));
      const seen = (await rolesIn(login, repositories)).filter(({ there }) => seesTasks(there));
      // Whoever the operator's list lets in no longer sees nothing more, although their session goes on.
      const isIn = isNamed(login) || seen.some(({ repository }) => letsIn(repository.name));
      const may = new Map(
        (isIn ? seen : []).map(({ repository, there }) => [
          lower(repository.name),
          deedsFor(there.role, policyOf(repository)),
        ]),
      );
      return {
        login,
        isAdmin: false,
        key: JSON.stringify([...may].sort()),
        sees: (repository) => may.has(lower(repository)),
        may: (repository) => may.get(lower(repository)) ?? [],
      };
    },
    async roleNow(login, repository) {
      try {
        const there = await ask(login, repository);
        return seesTasks(there) ? there.role : "none";
      } catch (error) {
        throw noWord(error);
      }
    },
    async maySignIn(login) {
      if (isNamed(login)) return true;
      const known = world.store.tasks.repositories().filter((one) => !isLocal(one));
      const ids = new Set(known.map(({ id }) => id));
      const installed = (await world.github.repositories(() => undefined)).filter(({ id }) => !ids.has(id));
      const newest = installed.toSorted((one, other) => other.pushedAt - one.pushedAt);
      const all = [...known, ...newest].filter(({ name }) => letsIn(name)).slice(0, mostLookedAt);
      for (let at = 0; at < all.length; at += atOnce) {
        const roles = await rolesIn(login, all.slice(at, at + atOnce));
        if (roles.some(({ there }) => seesTasks(there))) return true;
      }
      return false;
    },
  };
}

const none: RoleThere = { role: "none", isPrivate: true };

async function askGitHub(
  { github }: Pick<World, "github">,
  login: string,
  repository: RepositoryRef,
): Promise<RoleThere> {
  try {
    const [role, { isPrivate }] = await Promise.all([github.roleOf(repository, login), github.repository(repository)]);
    return { role, isPrivate };
  } catch (error) {
    // Gone, or not ours any more: GitHub says no.
    if (error instanceof GitHubRefusedError) return none;
    throw error;
  }
}

function allSeeing(login: string): Standing {
  const all: readonly TaskDeed[] = deedsFor("admin", defaultPolicy);
  return { login, isAdmin: true, key: "all", sees: () => true, may: () => all };
}

/** `acme/*` covers all of that owner, `acme/website` that one. */
function covers(entry: string, repository: string): boolean {
  return entry === repository || (entry.endsWith("/*") && repository.startsWith(entry.slice(0, -1)));
}

function lower(name: string): string {
  return name.toLowerCase();
}

function noWord(cause: unknown): ProblemError {
  return new ProblemError(
    {
      status: 503,
      code: "roles_unknown",
      title: "GitHub does not tell at this moment which role you have.",
      advice: "Try again soon.",
    },
    { cause },
  );
}
