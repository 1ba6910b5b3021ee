import { isRefusal } from "./failure.ts";
import type { Octokit } from "./octokit.ts";
import type { Place } from "./place.ts";

/** Deletes a branch that still stands at `sha`; one that has moved on holds work that nobody has merged. */
export async function deleteBranch(octokit: Octokit, place: Place, branch: string, sha: string): Promise<void> {
  try {
    const { data } = await octokit.rest.git.getRef({ ...place, ref: `heads/${branch}` });
    if (data.object.sha !== sha) return;
    await octokit.rest.git.deleteRef({ ...place, ref: `heads/${branch}` });
  } catch (error) {
    // Gone already: GitHub itself may delete branches on the merge.
    if (!isRefusal(error, 404, 422)) throw error;
  }
}
