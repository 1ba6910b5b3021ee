import { GitHubRefusedError } from "#operations/ports/github.ts";

/** A repository as GitHub's paths name it. */
export type Place = { owner: string; repo: string };

/** @param name `owner/repository` */
export function placeOf(name: string): Place {
  const [owner, repo, ...rest] = name.split("/");
  if (!owner || !repo || rest.length > 0) {
    throw new GitHubRefusedError(400, `"${name.slice(0, 100)}" is no repository; write it as owner/name`);
  }
  return { owner, repo };
}
