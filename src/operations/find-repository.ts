import type { RepositoryRef } from "#domain/task.ts";
import { orBusy } from "./or-busy.ts";
import { GitHubRefusedError } from "./ports/github.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

/** A repository that we have a way to. @throws ProblemError 404 without one, 503 while GitHub takes no calls */
export async function findRepository({ github }: Pick<World, "github">, name: string): Promise<RepositoryRef> {
  try {
    return await orBusy(() => github.find(name));
  } catch (error) {
    if (error instanceof GitHubRefusedError) throw noWayTo(github, name);
    throw error;
  }
}

/** What is said of a repository that is not among those that we look at. */
export function noWayTo({ tells }: World["github"], name: string): ProblemError {
  const [title, advice] = tells
    ? [`The App is not installed on ${name}.`, "Install it there, or look at the name."]
    : [
        `${name} is not among the repositories that the token is for.`,
        `Name it: cc-orchestrator init --token --repository ${name}, then start the server again.`,
      ];
  return new ProblemError({ status: 404, code: "repository_not_found", title, advice });
}
