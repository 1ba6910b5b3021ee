import type { IssueNow } from "#operations/ports/github.ts";
import type { Octokit } from "./octokit.ts";
import type { Place } from "./place.ts";
import { isOurText, type Us } from "./us.ts";

/** Of a long discussion, this many of the newest comments are looked at. */
const commentsKept = 300;
const pageSize = 100;

type Comment = IssueNow["comments"][number];

export async function issueNow(octokit: Octokit, place: Place, number: number, us: Us): Promise<IssueNow> {
  const { data } = await octokit.rest.issues.get({ ...place, issue_number: number });
  return {
    title: data.title,
    body: data.body ?? "",
    url: data.html_url,
    nodeId: data.node_id,
    isOpen: data.state === "open",
    labels: data.labels.map((label) => (typeof label === "string" ? label : (label.name ?? ""))),
    comments: await newestComments(octokit, place, number, data.comments, us),
  };
}

/** Puts 👀 on the issue. GitHub answers 200 when ours is there already. It goes before other writes that wait. */
export async function putEyesOn(octokit: Octokit, place: Place, number: number): Promise<void> {
  await octokit.rest.reactions.createForIssue({
    ...place,
    issue_number: number,
    content: "eyes",
    request: { priority: 1 },
  });
}

/** GitHub lists the oldest first, so the reading starts where the newest must be and goes on to the true end. */
async function newestComments(
  octokit: Octokit,
  place: Place,
  number: number,
  count: number,
  us: Us,
): Promise<Comment[]> {
  if (count === 0) return [];
  const found: Comment[] = [];
  const first = Math.max(1, Math.ceil(count / pageSize) - commentsKept / pageSize);
  const last = Math.ceil(count / pageSize) + 1;
  for (let page = first; page <= last; page += 1) {
    const { data } = await octokit.rest.issues.listComments({
      ...place,
      issue_number: number,
      per_page: pageSize,
      page,
    });
    for (const comment of data) {
      found.push({
        author: comment.user?.login ?? "ghost",
        isBot: comment.user?.type === "Bot" || (await isOurText(us, comment.user, comment.body ?? "")),
        createdAt: Date.parse(comment.created_at),
        updatedAt: Date.parse(comment.updated_at),
        body: comment.body ?? "",
      });
    }
    if (data.length < pageSize) break;
  }
  return found.slice(-commentsKept);
}
