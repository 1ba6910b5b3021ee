import { type CommitState, commitStateOf, endingOf, mostDescription, statusContext } from "#domain/commit-status.ts";
import type { CheckRunPicture } from "#domain/picture.ts";
import { boundedTitle } from "./bounded-text.ts";
import type { Remembered } from "./conditional.ts";
import { isRefusal } from "./failure.ts";
import type { Octokit } from "./octokit.ts";
import type { Place } from "./place.ts";

const mostStatuses = 100;

/** Says by a commit status what a check run would say. The newest of a context counts. @returns the commit */
export async function putStatus(octokit: Octokit, place: Place, picture: CheckRunPicture): Promise<string> {
  await octokit.rest.repos.createCommitStatus({
    ...place,
    sha: picture.headSha,
    context: statusContext,
    state: commitStateOf(picture),
    description: boundedTitle(picture.title, mostDescription),
    ...(picture.url === undefined ? {} : { target_url: picture.url }),
  });
  return picture.headSha;
}

/** The newest status of each context. */
export async function statusesOn(octokit: Octokit, place: Place, sha: string, remembered: Remembered) {
  const data = await remembered.read(`statuses ${place.owner}/${place.repo} ${sha}`, (headers) =>
    octokit.rest.repos.getCombinedStatusForRef({ ...place, ref: sha, per_page: mostStatuses, headers }),
  );
  return data.statuses;
}

/** Our status on that commit, in the words of check runs; null when it is gone, or the commit is. */
export async function statusNow(octokit: Octokit, place: Place, sha: string, remembered: Remembered) {
  // From a time when a check run stood in its place.
  if (!/^[0-9a-f]{40,64}$/.test(sha)) return null;
  try {
    const ours = (await statusesOn(octokit, place, sha, remembered)).find(({ context }) => context === statusContext);
    return ours === undefined ? null : { ...endingOf(ours.state as CommitState), headSha: sha };
  } catch (error) {
    if (isRefusal(error, 404, 410, 422)) return null;
    throw error;
  }
}
