import type { Stage } from "./stage.ts";

/** Reads GitHub's stand-in through its API, as the repository's owner would. */
export async function readGitHub<T>(stage: Stage, path: string): Promise<T> {
  const response = await fetch(`${stage.github.apiUrl}/repos/${stage.repo}${path}`, {
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${stage.ownerToken}`,
      "x-github-api-version": "2022-11-28",
    },
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok)
    throw new Error(`GET ${path} was answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  return (await response.json()) as T;
}
