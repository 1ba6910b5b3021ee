import type { PullRequestPicture } from "#domain/picture.ts";
import type { GitHubRefusedError, PullRequestNow } from "#operations/ports/github.ts";
import type { PullRequest } from "#protocol/task.ts";
import { boundedText, boundedTitle } from "./bounded-text.ts";
import type { Remembered } from "./conditional.ts";
import { isRefusal } from "./failure.ts";
import type { Octokit } from "./octokit.ts";
import type { Place } from "./place.ts";

type Remote = {
  number: number;
  html_url: string;
  state: string;
  merged_at?: string | null;
  draft?: boolean | undefined;
  head: { sha: string };
};

const titleLimit = 250;

/**
 * The open pull request of the branch, of which there is one at most, else the newest.
 * GitHub leaves out a `head` filter that it does not understand and lists everything, so what comes is looked at again.
 */
export async function findPullRequest(
  octokit: Octokit,
  place: Place,
  repositoryId: number,
  branch: string,
): Promise<PullRequest | null> {
  const { data } = await octokit.rest.pulls.list({
    ...place,
    head: `${place.owner}:${branch}`,
    state: "all",
    sort: "created",
    direction: "desc",
    per_page: 100,
  });
  const ours = data.filter((pull) => pull.head.ref === branch && pull.head.repo?.id === repositoryId);
  const newest = ours.sort((a, b) => b.number - a.number)[0];
  const found = ours.find((pull) => pull.state === "open") ?? newest;
  return found === undefined ? null : pullRequestOf(found);
}

/** Opens it as a draft, or gives the one that is open already. */
export async function openPullRequest(
  octokit: Octokit,
  place: Place,
  repositoryId: number,
  picture: PullRequestPicture,
): Promise<PullRequest> {
  const base = picture.base ?? (await octokit.rest.repos.get(place)).data.default_branch;
  const wanted = { ...place, head: picture.branch, base, ...wordsOf(picture) };
  try {
    return pullRequestOf((await octokit.rest.pulls.create({ ...wanted, draft: true })).data);
  } catch (error) {
    if (!isRefusal(error, 422)) throw error;
    if (/already exists/i.test(error.message)) return existing(octokit, place, repositoryId, picture.branch, error);
    // Private repositories of free accounts have no drafts.
    if (!/draft pull requests are not supported/i.test(error.message)) throw error;
    return pullRequestOf((await octokit.rest.pulls.create(wanted)).data);
  }
}

export async function updatePullRequest(
  octokit: Octokit,
  place: Place,
  number: number,
  picture: PullRequestPicture,
): Promise<void> {
  await octokit.rest.pulls.update({ ...place, pull_number: number, ...wordsOf(picture) });
}

/**
 * These pull requests as they are now. One list of the open ones tells most of it; those that are not among them are
 * asked for one by one, which is when they were merged or closed.
 */
export async function pullRequestsNow(
  octokit: Octokit,
  place: Place,
  numbers: readonly number[],
  remembered: Remembered,
): Promise<PullRequestNow[]> {
  if (numbers.length === 0) return [];
  const asked = { ...place, state: "open", sort: "updated", direction: "desc", per_page: 100 } as const;
  const open = await remembered.read(`pulls ${JSON.stringify(asked)}`, (headers) =>
    octokit.rest.pulls.list({ ...asked, headers }),
  );
  const found: PullRequestNow[] = [];
  for (const number of numbers) {
    const listed = open.find((pull) => pull.number === number);
    if (listed !== undefined)
      found.push({ ...pullRequestOf(listed), closedBy: null, updatedAt: Date.parse(listed.updated_at) });
    else found.push(...(await pullRequestNow(octokit, place, number, remembered)));
  }
  return found;
}

async function pullRequestNow(
  octokit: Octokit,
  place: Place,
  number: number,
  remembered: Remembered,
): Promise<PullRequestNow[]> {
  try {
    const data = await remembered.read(`pull ${place.owner}/${place.repo}#${number}`, (headers) =>
      octokit.rest.pulls.get({ ...place, pull_number: number, headers }),
    );
    // Who closed one without merging is told by its issue only.
    return [
      { ...pullRequestOf(data), closedBy: data.merged_by?.login ?? null, updatedAt: Date.parse(data.updated_at) },
    ];
  } catch (error) {
    if (isRefusal(error, 404)) return [];
    throw error;
  }
}

/** Only GraphQL can end the draft state. */
export async function markReady(octokit: Octokit, place: Place, number: number): Promise<void> {
  const { data } = await octokit.rest.pulls.get({ ...place, pull_number: number });
  if (!data.draft) return;
  await octokit.graphql(
    `mutation ready($id: ID!) {
      markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } }
    }`,
    { id: data.node_id },
  );
}

async function existing(
  octokit: Octokit,
  place: Place,
  repositoryId: number,
  branch: string,
  refusal: GitHubRefusedError,
): Promise<PullRequest> {
  const found = await findPullRequest(octokit, place, repositoryId, branch);
  if (found === null) throw refusal;
  return found;
}

function wordsOf(picture: PullRequestPicture): { title: string; body: string } {
  return { title: boundedTitle(picture.title, titleLimit), body: boundedText(picture.body) };
}

function pullRequestOf(pull: Remote): PullRequest {
  return {
    number: pull.number,
    url: pull.html_url,
    state: pull.merged_at != null ? "merged" : pull.state === "open" ? "open" : "closed",
    draft: pull.draft ?? false,
    headSha: pull.head.sha,
  };
}
