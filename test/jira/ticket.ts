export type Person = { accountId: string; name: string; emailAddress: string; displayName: string };
export type Comment = { id: string; author: Person; body: unknown; created: number; edits: number };
export type Attachment = { filename: string; mimeType: string; text: string };
export type Ticket = {
  key: string;
  summary: string;
  description: unknown;
  status: string;
  labels: string[];
  creator: Person;
  assignee: Person | null;
  priority: string;
  updated: number;
  comments: Comment[];
  links: { id: number; globalId: string; url: string; title: string; resolved: boolean }[];
  attachments: Attachment[];
  fields: Record<string, unknown>;
  history: { created: number; author: Person; from: string; to: string }[];
};

/** Category by status, as in a project made from Jira's template with a status for reviews. */
export const workflow: Readonly<Record<string, string>> = {
  "To Do": "new",
  "In Progress": "indeterminate",
  "In Review": "indeterminate",
  Done: "done",
};

export function person(name: string, emailAddress: string, displayName: string): Person {
  return { accountId: `5b10${name}`, name, emailAddress, displayName };
}

/** Words as a document in Atlassian's format. */
export function aDocument(words: string): object {
  const content = words
    .split("\n")
    .map((line) => ({ type: "paragraph", content: line === "" ? [] : [{ type: "text", text: line }] }));
  return { version: 1, type: "doc", content };
}
