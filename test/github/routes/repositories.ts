import { renderFullRepository } from "../render/repositories.ts";
import { legacyPermission, renderPrivateUser, renderPublicUser, renderRoleFlags, renderUser } from "../render/users.ts";
import type { User } from "../state/nouns.ts";
import { GitHubProblem, notFound } from "../state/problem.ts";
import { page } from "./page.ts";
import { get, noContent, ok, type Question, type Route, readMetadata, repositoryOf } from "./route.ts";

function userNamed(question: Question): User {
  const user = question.world.user(question.params.username ?? "");
  if (!user) throw notFound();
  return user;
}

function collaborators(question: Question): User[] {
  const { world } = question;
  return [...repositoryOf(question).roles.keys()]
    .map((login) => world.user(login))
    .filter((user): user is User => user !== null && user.type === "User");
}

export const repositoryRoutes: Route[] = [
  get("/repos/{owner}/{repo}", readMetadata, (question) => {
    const { world, actor } = question;
    const repository = repositoryOf(question);
    const role = actor.kind === "user" ? world.roleOf(repository, actor.user.login) : "read";
    return ok(renderFullRepository(world.links, repository, role));
  }),
  get("/repos/{owner}/{repo}/collaborators", readMetadata, (question) =>
    page(question, collaborators(question), (user) => {
      const role = question.world.roleOf(repositoryOf(question), user.login);
      return {
        ...renderUser(question.world.links, user),
        permissions: renderRoleFlags(role),
        role_name: role ?? "none",
      };
    }),
  ),
  get("/repos/{owner}/{repo}/collaborators/{username}", readMetadata, (question) => {
    if (question.world.roleOf(repositoryOf(question), question.params.username ?? "") === null) throw notFound();
    return noContent;
  }),
  // Anyone may read a public repository, so a stranger's answer is "read" there and "none" in a private one.
  get("/repos/{owner}/{repo}/collaborators/{username}/permission", readMetadata, (question) => {
    const repository = repositoryOf(question);
    const user = question.world.user(question.params.username ?? "");
    if (!user) throw new GitHubProblem(404, `${question.params.username} is not a user`);
    const role = question.world.roleOf(repository, user.login) ?? (repository.private ? null : "read");
    return ok({
      permission: legacyPermission(role),
      role_name: role ?? "none",
      user: {
        ...renderUser(question.world.links, user),
        permissions: renderRoleFlags(role),
        role_name: role ?? "none",
      },
    });
  }),
  get("/user", [], ({ world, actor }) => {
    if (actor.kind === "anonymous") throw new GitHubProblem(401, "Requires authentication");
    if (actor.kind !== "user") throw new GitHubProblem(403, "Resource not accessible by integration");
    const scopes = world.personalTokens.find(({ user }) => user === actor.user)?.scopes;
    const headers = scopes === null ? {} : { "x-oauth-scopes": (scopes ?? ["repo"]).join(", ") };
    return { ...ok(renderPrivateUser(world.links, actor.user)), headers };
  }),
  get("/users/{username}", [], (question) => ok(renderPublicUser(question.world.links, userNamed(question)))),
  get("/rate_limit", [], ({ actor, rates }) => {
    const rate = rates.of(actor);
    return ok({ resources: { core: rate, search: rate, graphql: rate }, rate });
  }),
];
