import type { LocalWish } from "#protocol/new-task.ts";
import type { Context } from "./context.ts";
import { NotFoundError, UsageError } from "./errors.ts";
import { askGitHub } from "./github-api.ts";
import { plain } from "./plain.ts";

/** As many as one look shows; more are not asked for by mistake. */
const mostIssues = 100;

/**
 * A wish in the words of each open issue that has the label, for a repository of this machine.
 * @param from `label:bug`
 */
export async function importedWishes(
  context: Context,
  wish: LocalWish,
  repository: string,
  from: string,
): Promise<LocalWish[]> {
  const label = /^label:(.{1,50})$/.exec(from)?.[1];
  if (label === undefined)
    throw new UsageError(`--import cannot be "${from}".`, "Write for example --import label:bug.");
  const query = new URLSearchParams({ labels: label, state: "open", per_page: String(mostIssues), direction: "asc" });
  const { answer } = await askGitHub(context, "GET", `/repos/${repository}/issues?${query}`);
  const issues = (Array.isArray(answer) ? answer : []) as Issue[];
  const wishes = issues
    .filter((issue) => issue.pull_request === undefined)
    .map(({ number, title, body }) => ({
      ...wish,
      title: plain(title).trim().slice(0, 300),
      body: `${plain(body ?? "").slice(0, 90_000)}\n\n(From issue ${repository}#${number}.)`.trim(),
      ...(wish.branch === undefined ? {} : { branch: `${wish.branch}-${number}` }),
    }));
  if (wishes.length === 0)
    throw new NotFoundError(`${repository} has no open issue with the label ${label}.`, "Look at the label's name.");
  return wishes;
}

type Issue = { number: number; title: string; body: string | null; pull_request?: object };
