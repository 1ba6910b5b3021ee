import type { Reaction } from "#operations/ports/github.ts";
import { boundedText } from "./bounded-text.ts";
import type { Octokit } from "./octokit.ts";
import type { Place } from "./place.ts";
import { isFromUs, type Us } from "./us.ts";

/** How far the search for our own comment goes; it is among the first ones nearly always. */
const pagesSearched = 50;
const pageSize = 100;

/**
 * The id of our own comment with the marker. Others may copy a marker, so the author counts too; our login is asked for
 * only where the app's id is missing on a comment with the marker.
 */
export async function findComment(
  octokit: Octokit,
  place: Place,
  issue: number,
  marker: string,
  us: Us,
): Promise<string | null> {
  for (let page = 1; page <= pagesSearched; page += 1) {
    const { data } = await octokit.rest.issues.listComments({
      ...place,
      issue_number: issue,
      per_page: pageSize,
      page,
    });
    for (const comment of data) {
      if (!comment.body?.includes(marker)) continue;
      if (await isFromUs(us, comment.user, comment.performed_via_github_app)) return String(comment.id);
    }
    if (data.length < pageSize) return null;
  }
  return null;
}

export async function createComment(octokit: Octokit, place: Place, issue: number, body: string): Promise<string> {
  const { data } = await octokit.rest.issues.createComment({ ...place, issue_number: issue, body: boundedText(body) });
  return String(data.id);
}

export async function updateComment(octokit: Octokit, place: Place, id: string, body: string): Promise<void> {
  await octokit.rest.issues.updateComment({ ...place, comment_id: Number(id), body: boundedText(body) });
}

/** Puts a reaction of ours on a comment; GitHub answers 200 when it is there already. It goes before other writes. */
export async function reactTo(octokit: Octokit, place: Place, id: string, content: Reaction): Promise<void> {
  await octokit.rest.reactions.createForIssueComment({
    ...place,
    comment_id: Number(id),
    content,
    request: { priority: 1 },
  });
}
