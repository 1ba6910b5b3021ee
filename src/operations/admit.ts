import { roleForDeed } from "#domain/access/deeds.ts";
import { type Need, needs, type PeopleRoute } from "#domain/access/needs.ts";
import { roleFor } from "#domain/commands/roles.ts";
import { isAtLeast } from "#domain/gate.ts";
import { isLocal } from "#domain/local.ts";
import type { RepositoryRef } from "#domain/task.ts";
import { TaskDeed } from "#protocol/access.ts";
import { defaultPolicy, type Policy, type Role } from "#protocol/policy.ts";
import { TaskName } from "#protocol/words.ts";
import { loadTask, noSuchTask } from "./load-task.ts";
import { GitHubRefusedError } from "./ports/github.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";
import type { Standing, Standings } from "./standings.ts";

/** What somebody who is signed in asks for. */
export type Asked = { route: PeopleRoute; login: string; params: unknown; body: unknown };

/**
 * Lets a person through to a route, or not. This is the one place where that is decided: what they only look at by what
 * is remembered of their roles, what they change by GitHub's word at this moment.
 * @throws ProblemError 403 with what it takes; 404 for a task that they do not see, as for one that there is not
 */
export async function admit(world: World, standings: Standings, asked: Asked): Promise<Standing> {
  const { route, login } = asked;
  const need: Need = needs[route];
  const standing = await standings.of(login);
  if (standing.isAdmin || need.kind === "signed_in") return standing;
  if (need.kind === "admin") throw onlyAdmins();
  if (need.kind === "sees" || need.kind === "deed" || need.kind === "follows") {
    const { repository } = seenTask(world, standing, fieldOf(asked.params, "task"));
    if (need.kind === "sees") return standing;
    const deed = need.kind === "deed" ? need.deed : followed(asked.body);
    await demand(standings, login, repository, roleForDeed(deed, policyOf(world, repository)));
    return standings.of(login);
  }
  const name = fieldOf(asked.body, "repository");
  if (name === null) throw onlyAdmins();
  const repository = await found(world, name);
  const least = need.kind === "starts" ? roleFor("run", policyOf(world, repository)) : "write";
  await demand(standings, login, repository, isAtLeast(least, "read") ? least : "read");
  return standings.of(login);
}

function followed(body: unknown): TaskDeed {
  return TaskDeed.parse(fieldOf(body, "verb"));
}

/** @throws ProblemError 404 */
export function seenTask(world: Pick<World, "store">, standing: Standing, name: string | null) {
  const parsed = TaskName.safeParse(name);
  if (!parsed.success) throw noSuchTask("such task");
  const task = loadTask(world, parsed.data);
  if (standing.isAdmin) return task;
  if (isLocal(task.repository) || !standing.sees(task.repository.name)) throw noSuchTask(parsed.data);
  return task;
}

async function demand(standings: Standings, login: string, repository: RepositoryRef, least: Role): Promise<void> {
  const role = await standings.roleNow(login, repository);
  if (isAtLeast(role, least)) return;
  throw new ProblemError({
    status: 403,
    code: "role_too_low",
    title: `This takes the role ${least} in ${repository.name}; ${login} has ${role === "none" ? "none" : role} there.`,
    advice: "Ask somebody who has it, or for the role itself.",
  });
}

async function found(world: World, name: string): Promise<RepositoryRef> {
  try {
    return await world.github.find(name);
  } catch (error) {
    if (!(error instanceof GitHubRefusedError)) throw error;
    throw new ProblemError({
      status: 404,
      code: "no_repository",
      title: `The App is not installed in a repository ${name}.`,
    });
  }
}

function policyOf(world: World, repository: RepositoryRef): Policy {
  return world.store.policies.get(repository.id)?.policy ?? defaultPolicy;
}

function onlyAdmins(): ProblemError {
  return new ProblemError({
    status: 403,
    code: "not_an_administrator",
    title: "This is for administrators of this server.",
    advice: "Its operator names them in server.admins, or does it with the operator's token.",
  });
}

function fieldOf(of: unknown, key: string): string | null {
  const value = typeof of === "object" && of !== null ? (of as Record<string, unknown>)[key] : undefined;
  return typeof value === "string" ? value : null;
}
