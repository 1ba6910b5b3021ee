import type { Level, Repository, RoleName, Sender, User } from "../state/nouns.ts";
import { fullName } from "../state/nouns.ts";
import { GitHubProblem, notFound } from "../state/problem.ts";
import type { Installation, MintedToken, World } from "../state/world.ts";
import { checkAppJwt } from "./jwt.ts";

/** Who sends a request. */
export type Actor =
  | { kind: "anonymous" }
  | { kind: "app" }
  | { kind: "installation"; installation: Installation; minted: MintedToken }
  | { kind: "user"; user: User };

function badCredentials(): GitHubProblem {
  return new GitHubProblem(401, "Bad credentials");
}

/** What GitHub answers to an App whose installation was suspended. */
export function suspended(): GitHubProblem {
  return new GitHubProblem(403, "This installation has been suspended");
}

/** Finds out who a token belongs to. Throws the 401 that GitHub would answer. */
export function actorOfToken(world: World, token: string): Actor {
  const personal = world.personalTokens.find((known) => known.token === token);
  if (personal) return { kind: "user", user: personal.user };
  const given = world.userTokens.find((known) => known.token === token && !known.isRevoked);
  if (given) return { kind: "user", user: given.user };
  const minted = world.tokens.find((known) => known.token === token);
  if (!minted || minted.revoked || minted.expiresAt.getTime() <= Date.now()) throw badCredentials();
  const installation = [...world.installations.values()].find(({ id }) => id === minted.installationId);
  if (!installation) throw badCredentials();
  if (installation.suspended !== null) throw suspended();
  return { kind: "installation", installation, minted };
}

/** Reads the Authorization header of a REST or GraphQL request. */
export function actorOfHeader(world: World, header: string | undefined): Actor {
  if (!header) return { kind: "anonymous" };
  // An App by its client id and secret: the few routes for that look themselves.
  if (/^basic /i.test(header)) return { kind: "anonymous" };
  const match = /^(?:bearer|token)\s+(\S+)$/i.exec(header);
  const token = match?.[1];
  if (!token) throw badCredentials();
  if (/^(ghs_|ghu_|ghp_|github_pat_)/.test(token)) return actorOfToken(world, token);
  checkAppJwt(world.app, token);
  return { kind: "app" };
}

/** The account that does what this actor asks. Throws for actors that may not write at all. */
export function senderOf(world: World, actor: Actor): Sender {
  if (actor.kind === "installation") return { user: world.app.bot, byApp: true };
  if (actor.kind === "user") return { user: actor.user, byApp: false };
  throw new GitHubProblem(401, "Requires authentication");
}

/** One permission that opens a route; a route may list alternatives. */
export interface Need {
  permission: string;
  level: Level;
}

const roleRanks: Record<RoleName, number> = { read: 1, triage: 2, write: 3, maintain: 4, admin: 5 };

export function hasRole(role: RoleName | null, wanted: RoleName): boolean {
  return role !== null && roleRanks[role] >= roleRanks[wanted];
}

/** May this actor see the repository? */
export function canSee(world: World, actor: Actor, repository: Repository): boolean {
  if (actor.kind === "app") return false;
  if (actor.kind === "installation") {
    const { repositories } = actor.minted;
    if (!repository.installed || repository.owner !== actor.installation.account) return !repository.private;
    return repositories === null || repositories.includes(fullName(repository));
  }
  if (!repository.private) return true;
  return actor.kind === "user" && world.roleOf(repository, actor.user.login) !== null;
}

/** The role that a person needs for what an App needs a permission for. */
function roleFor(need: Need): RoleName {
  if (need.level === "read") return "read";
  return need.permission === "issues" || need.permission === "pull_requests" ? "read" : "write";
}

/** True when the actor may do what any one of these permissions opens in the repository. */
export function may(world: World, actor: Actor, repository: Repository, needs: readonly Need[]): boolean {
  if (needs.length === 0) return true;
  if (actor.kind === "installation") {
    const covered = repository.installed && repository.owner === actor.installation.account;
    return needs.some(({ permission, level }) => {
      const granted = actor.minted.permissions[permission];
      if (granted === "write" || (granted === "read" && level === "read")) return covered || level === "read";
      return permission === "metadata" && level === "read";
    });
  }
  if (actor.kind === "user") {
    const role = world.roleOf(repository, actor.user.login) ?? (repository.private ? null : "read");
    return needs.some((need) => hasRole(role, roleFor(need)));
  }
  return !repository.private && needs.every(({ level }) => level === "read");
}

/** Throws 404 when the actor may not know of the repository, 403 when it lacks the permission. */
export function demand(world: World, actor: Actor, repository: Repository, needs: readonly Need[]): void {
  if (!canSee(world, actor, repository)) throw notFound();
  if (may(world, actor, repository, needs)) return;
  if (actor.kind === "anonymous") throw new GitHubProblem(401, "Requires authentication");
  if (actor.kind === "installation") throw new GitHubProblem(403, "Resource not accessible by integration");
  throw new GitHubProblem(403, "Must have admin rights to Repository.");
}
