/** Fields that API version 2026-03-10 no longer gives; the second name must stand beside it. */
const gone: readonly (readonly [field: string, beside: string])[] = [
  ["assignee", "assignees"],
  ["merge_commit_sha", "_links"],
  ["has_downloads", "full_name"],
  ["use_squash_pr_title_as_default", "full_name"],
  ["rate", "resources"],
];

/** An answer as an API version gives it. What was rendered is left as it is. */
export function inVersion(version: string, body: unknown): unknown {
  if (version < "2026-03-10" || typeof body !== "object" || body === null) return body;
  if (Array.isArray(body)) return body.map((item) => inVersion(version, item));
  const kept = Object.entries(body).filter(
    ([name]) => !gone.some(([field, beside]) => field === name && beside in body),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, inVersion(version, value)]));
}
