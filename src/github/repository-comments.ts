import type { ListedComment } from "#operations/ports/github.ts";
import type { Remembered } from "./conditional.ts";
import type { Octokit } from "./octokit.ts";
import type { Place } from "./place.ts";
import { isOurText, type Us } from "./us.ts";

const pageSize = 100;
/** More comments than this are read on from where the last one stands, the next time. */
const pagesRead = 10;

/**
 * The comments of a whole repository that were written or changed since then, in one call that costs nothing while there
 * are none. https://docs.github.com/en/rest/issues/comments#list-issue-comments-for-a-repository
 * @param since milliseconds since 1970
 */
export async function commentsSince(
  octokit: Octokit,
  place: Place,
  since: number,
  us: Us,
  remembered: Remembered,
): Promise<ListedComment[]> {
  const found: ListedComment[] = [];
  for (let page = 1; page <= pagesRead; page += 1) {
    const when = { since: new Date(since).toISOString(), sort: "updated", direction: "asc" } as const;
    const asked = { ...place, ...when, per_page: pageSize, page };
    const data = await remembered.read(`comments ${JSON.stringify(asked)}`, (headers) =>
      octokit.rest.issues.listCommentsForRepo({ ...asked, headers }),
    );
    for (const comment of data) {
      const { id, user, html_url, issue_url } = comment;
      const body = comment.body ?? "";
      found.push({
        id: String(id),
        thread: Number(/\/(\d+)$/.exec(issue_url)?.[1] ?? 0),
        isPullRequest: /\/pull\/\d+#/.test(html_url),
        author: { login: user?.login ?? "ghost", isBot: user?.type === "Bot" },
        isOurs: await isOurText(us, user, body),
        body,
        createdAt: Date.parse(comment.created_at),
        updatedAt: Date.parse(comment.updated_at),
      });
    }
    if (data.length < pageSize) break;
  }
  return found.filter(({ thread }) => thread > 0);
}
