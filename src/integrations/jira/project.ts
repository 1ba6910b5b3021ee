import type { FieldValue } from "./picture.ts";
import type { StateMap } from "./states.ts";

/** A project of Jira's whose tickets become tasks of a repository. */
export type JiraProject = {
  /** `SHOP` */
  project: string;
  /** `owner/name` on GitHub. */
  repository: string;
  /** Tickets with this label; null where a query alone selects. */
  label: string | null;
  /** Tickets that this query finds as well; null where the label alone selects. */
  jql: string | null;
  /** A plan is to come first. */
  isPlan: boolean;
  states: StateMap;
  assignee: "requester" | "bot" | null;
  fields: Readonly<Record<string, FieldValue>>;
};

/** The query for a project's tickets that ask for work; those that are done ask for nothing. */
export function selectionOf({ project, label, jql }: JiraProject): string {
  const parts = [`project = ${quoted(project)}`, "statusCategory != Done"];
  if (label !== null) parts.push(`labels = ${quoted(label)}`);
  if (jql !== null) parts.push(`(${jql})`);
  return parts.join(" AND ");
}

/** The same as a word of the query language. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** `SHOP` of `SHOP-12` */
export function projectOf(key: string): string {
  return key.slice(0, key.lastIndexOf("-"));
}
