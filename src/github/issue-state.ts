import type { Labelling, ListedIssue } from "#operations/ports/github.ts";
import type { Remembered } from "./conditional.ts";
import { isRefusal } from "./failure.ts";
import type { Octokit } from "./octokit.ts";
import type { Place } from "./place.ts";

const pageSize = 100;
/** Of a longer list the rest is left for the next time; a repository with more open tasks than this has other worries. */
const pagesRead = 10;

type NamedLabel = string | { name?: string | null | undefined };

/** The open issues with that label, newest change first. */
export async function labelledIssues(
  octokit: Octokit,
  place: Place,
  label: string,
  remembered: Remembered,
): Promise<ListedIssue[]> {
  const found: ListedIssue[] = [];
  for (let page = 1; page <= pagesRead; page += 1) {
    const asked = { ...place, labels: label, state: "open", sort: "updated", per_page: pageSize, page } as const;
    const data = await remembered.read(`issues ${JSON.stringify(asked)}`, (headers) =>
      octokit.rest.issues.listForRepo({ ...asked, headers }),
    );
    for (const issue of data) {
      if (issue.pull_request !== undefined) continue;
      const { number, title, body } = issue;
      const labels = namesOf(issue.labels);
      found.push({ number, title, body: body ?? "", labels, updatedAt: Date.parse(issue.updated_at) });
    }
    if (data.length < pageSize) break;
  }
  return found;
}

/** Null when the issue is deleted, or moved: GitHub answers 404, 410 or a redirect to another repository's. */
export async function issueState(octokit: Octokit, place: Place, number: number, remembered: Remembered) {
  try {
    const data = await remembered.read(`issue ${place.owner}/${place.repo}#${number}`, (headers) =>
      octokit.rest.issues.get({ ...place, issue_number: number, headers }),
    );
    const isHere = data.repository_url.toLowerCase().endsWith(`/repos/${place.owner}/${place.repo}`.toLowerCase());
    if (!isHere || data.number !== number) return null;
    return {
      isOpen: data.state === "open",
      labels: namesOf(data.labels),
      closedBy: data.closed_by?.login ?? null,
      updatedAt: Date.parse(data.updated_at),
    };
  } catch (error) {
    if (isRefusal(error, 404, 410)) return null;
    throw error;
  }
}

/** What the issue's events tell of the label and of the title. They come oldest first, so the last page counts. */
export async function labelling(
  octokit: Octokit,
  place: Place,
  issue: number,
  label: string,
  remembered: Remembered,
): Promise<{ last: Labelling | null; renamedAt: number }> {
  let last: Labelling | null = null;
  let renamedAt = 0;
  for (let page = 1; page <= pagesRead; page += 1) {
    const asked = { ...place, issue_number: issue, per_page: pageSize, page };
    const data = await remembered.read(`events ${JSON.stringify(asked)}`, (headers) =>
      octokit.rest.issues.listEvents({ ...asked, headers }),
    );
    for (const event of data) {
      const at = Date.parse(event.created_at);
      if (event.event === "renamed") renamedAt = Math.max(renamedAt, at);
      if (event.event !== "labeled" && event.event !== "unlabeled") continue;
      if (!("label" in event) || event.label?.name !== label) continue;
      const actor = { login: event.actor?.login ?? "ghost", isBot: event.actor?.type === "Bot" };
      last = { isOn: event.event === "labeled", actor, at };
    }
    if (data.length < pageSize) break;
  }
  return { last, renamedAt };
}

/** REST does not tell of edits of an issue's text. */
export async function editedAt(octokit: Octokit, place: Place, issue: number): Promise<number> {
  const answer = await octokit.graphql<{ repository: { issue: { lastEditedAt: string | null } | null } | null }>(
    `query edited($owner: String!, $name: String!, $number: Int!) {
      repository(owner: $owner, name: $name) { issue(number: $number) { lastEditedAt } }
    }`,
    { owner: place.owner, name: place.repo, number: issue },
  );
  const at = answer.repository?.issue?.lastEditedAt ?? null;
  return at === null ? 0 : Date.parse(at);
}

function namesOf(labels: readonly NamedLabel[]): string[] {
  return labels.map((label) => (typeof label === "string" ? label : (label.name ?? "")));
}
