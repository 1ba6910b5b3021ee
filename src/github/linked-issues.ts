import type { LinkedIssue } from "#domain/links.ts";
import type { Remembered } from "./conditional.ts";
import { isRefusal } from "./failure.ts";
import type { Octokit } from "./octokit.ts";
import type { Place } from "./place.ts";

/** GitHub takes at most 100 sub-issues of an issue, and 50 dependencies. */
const pageSize = 100;

type Remote = { number: number; title: string; state: string; repository_url: string };
type Summaries = {
  issue_dependencies_summary?: { total_blocked_by?: number } | undefined;
  sub_issues_summary?: { total: number } | undefined;
};

/**
 * The issues that block this one, and its sub-issues. The issue itself tells how many there are, so that one without any
 * costs a single call, which is free when nothing has changed.
 * https://docs.github.com/en/rest/issues/issue-dependencies https://docs.github.com/en/rest/issues/sub-issues
 */
export async function linkedIssues(
  octokit: Octokit,
  place: Place,
  issue: number,
  remembered: Remembered,
): Promise<{ blockers: LinkedIssue[]; children: LinkedIssue[] }> {
  const none = { blockers: [], children: [] };
  return orElse(none, async () => {
    const data: Summaries = await remembered.read(`issue ${place.owner}/${place.repo}#${issue}`, (headers) =>
      octokit.rest.issues.get({ ...place, issue_number: issue, headers }),
    );
    const asked = { ...place, issue_number: issue, per_page: pageSize };
    const key = `${place.owner}/${place.repo}#${issue}`;
    const blockers =
      data.issue_dependencies_summary?.total_blocked_by === 0
        ? []
        : await orElse([], () =>
            remembered.read(`blocked by ${key}`, (headers) =>
              octokit.rest.issues.listDependenciesBlockedBy({ ...asked, headers }),
            ),
          );
    const children =
      (data.sub_issues_summary?.total ?? 0) === 0
        ? []
        : await orElse([], () =>
            remembered.read(`sub-issues ${key}`, (headers) => octokit.rest.issues.listSubIssues({ ...asked, headers })),
          );
    return { blockers: blockers.map(linkedOf), children: children.map(linkedOf) };
  });
}

function linkedOf({ number, title, state, repository_url }: Remote): LinkedIssue {
  const repository = repository_url.split("/").slice(-2).join("/");
  return { repository, number, title, isOpen: state === "open" };
}

/** Servers without these features answer 404; an issue that is gone, or that we may not see, is linked with nothing. */
async function orElse<T>(otherwise: T, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isRefusal(error, 403, 404, 410)) return otherwise;
    throw error;
  }
}
