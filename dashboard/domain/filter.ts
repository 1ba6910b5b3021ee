import type { Task } from "#protocol/task.ts";

/** What the board shows, as its URL says. */
export type Filter = { repository: string | null; text: string };

export function filterOf(query: URLSearchParams): Filter {
  return { repository: query.get("repository"), text: query.get("q") ?? "" };
}

/** Every word must be found in the title, the names, the people or the reason. */
export function matches(task: Task, filter: Filter): boolean {
  if (filter.repository !== null && task.repository !== filter.repository) return false;
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const hay = [
    task.name,
    task.title,
    task.repository,
    task.requestedBy,
    task.branch,
    task.issue === null ? "" : `#${task.issue.number}`,
    task.pullRequest === null ? "" : `#${task.pullRequest.number}`,
    task.reason?.sentence,
    task.runs.at(-1)?.runner,
  ]
    .join("\n")
    .toLowerCase();
  return words.every((word) => hay.includes(word));
}
