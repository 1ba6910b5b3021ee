import type { Origin, Task } from "./task.ts";

/** What a task came from, as people call it there, with its address where it has one. */
export type TaskSource = { name: string; url: string | null };

/** The issue (`#12`), the ticket (`SHOP-12`), or what a program or a person called it elsewhere; null for a task made by hand. */
export function sourceOf({ issue, origin }: Pick<Task, "issue" | "origin">): TaskSource | null {
  if (issue !== null) return { name: `#${issue.number}`, url: issue.url };
  return origin === undefined ? null : { name: originName(origin), url: origin.url };
}

/** `SHOP-12`, `builds main`, `slack` */
export function originName({ kind, place, key }: Origin): string {
  switch (kind) {
    case "jira":
      return key;
    case "webhook":
      return `${place} ${key}`;
    case "slack":
      return "Slack";
  }
}
