import type { Origin } from "#protocol/task.ts";

/** What people call a task's origin: `SHOP-12`, or the hook's own word for it. */
export function originName({ kind, place, key }: Origin): string {
  return kind === "jira" ? key : `${place} ${key}`;
}
