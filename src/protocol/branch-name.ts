const longest = 80;

/** Names git itself refuses or gives a meaning, whatever the template says. */
const reserved = new Set(["head", "fetch_head", "orig_head", "merge_head"]);

/**
 * A branch's name from a template such as `claude/{issue}-{title}`. The title is a stranger's text: what comes out is
 * lower-case letters, digits, `/`, `_` and `-` only (S27), never starts with `-`, and is at most 80 characters.
 *
 * Placeholders: `{task}` (`TASK-12`), `{issue}` (its number, or the task's when there is none), `{title}`.
 * A title that leaves nothing behind (emoji only) becomes `task`.
 */
export function branchName(template: string, from: { task: string; issue: number | null; title: string }): string {
  const task = slug(from.task) || "task";
  const issue = from.issue === null ? task : String(from.issue);
  const without = fill(template, { task, issue, title: "" });
  const title = slug(from.title).slice(0, Math.max(0, Math.min(40, longest - without.length)));
  const name = fill(template, { task, issue, title: title.replace(/-+$/, "") || "task" });
  const segments = name
    .split("/")
    .map(slug)
    .filter((segment) => segment !== "" && !reserved.has(segment));
  const short = segments
    .join("/")
    .slice(0, longest)
    .replace(/[^a-z0-9]+$/, "");
  const safe = short.replace(/^[^a-z0-9]+/, "");
  return safe === "" ? `claude/${task}`.slice(0, longest) : safe;
}

/**
 * Whether a name is one that {@link branchName} could have made, or that one with capitals, as people choose for
 * themselves: the only names that are ever pushed.
 */
export function isSafeBranchName(name: string): boolean {
  return (
    name.length <= longest &&
    /^[a-z0-9][a-z0-9_-]*(\/[a-z0-9][a-z0-9_-]*)*$/i.test(name) &&
    !name.split("/").some((segment) => reserved.has(segment.toLowerCase()))
  );
}

function fill(template: string, values: { task: string; issue: string; title: string }): string {
  return template.replace(/\{(task|issue|title)\}/g, (_, name: "task" | "issue" | "title") => values[name]);
}

/** Letters lose their accents, everything else becomes a dash. */
function slug(text: string): string {
  return text
    .slice(0, 1_000)
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-")
    .replace(/^[-_]+|[-_]+$/g, "");
}
