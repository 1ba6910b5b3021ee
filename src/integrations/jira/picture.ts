import { neutralMarkdown } from "#domain/text/neutral.ts";
import type { Task } from "#protocol/task.ts";
import { type Card, cardOf } from "../card.ts";
import { type JiraState, jiraStateOf } from "./states.ts";

/** What may be put into a field of a ticket. */
export const fieldValues = ["task", "pull_request", "branch", "status", "cost_usd", "runs"] as const;
export type FieldValue = (typeof fieldValues)[number];

export type JiraLink = { name: string; url: string; title: string; isResolved: boolean };

/** A task as its ticket shows it. */
export type JiraPicture = {
  state: JiraState;
  /** The one comment, as Markdown, and what stands below it in any case. */
  comment: string;
  foot: string;
  links: JiraLink[];
  /** The GitHub login of whoever the ticket is to be assigned to, or the bot itself; null leaves that alone. */
  assignee: { login: string } | "bot" | null;
  fields: Record<string, string | number | null>;
};

export type PictureOptions = {
  page: string | null;
  assignee: "requester" | "bot" | null;
  /** Jira's ids of fields, and what goes into them. */
  fields: Readonly<Record<string, FieldValue>>;
};

const summaryBytes = 8_000;

export function jiraPicture(task: Task, of: PictureOptions): JiraPicture {
  const card = cardOf(task, of.page);
  const values = Object.entries(of.fields).map(([field, what]) => [field, fieldOf(task, what)] as const);
  return {
    state: jiraStateOf(task),
    comment: commentOf(task, card),
    foot: `${factsPart(card)}\n\n*${commentMark(task.name)}*`,
    links: linksOf(task),
    assignee: of.assignee === "requester" ? { login: task.requestedBy } : of.assignee,
    fields: Object.fromEntries(values),
  };
}

/** The line by which our comment is found again; it is ours only when it is by us as well. */
export function commentMark(task: Task["name"]): string {
  return `CC-Orchestrator · ${task}`;
}

function commentOf(task: Task, card: Card): string {
  const isOver = task.status === "completed" || task.status === "in_review";
  const summary = isOver ? (task.runs.findLast((run) => run.summary)?.summary ?? null) : null;
  const why = card.sentence === null ? "" : ` · ${neutralMarkdown(card.sentence.replace(/\s+/g, " "), 4_000)}`;
  const parts = [
    `**${card.word}**${card.question === null ? why : " · Claude asks, and goes on with the answer."}`,
    card.question === null ? null : questionPart(card),
    summary === null ? null : neutralMarkdown(summary, summaryBytes),
  ];
  return parts.filter((part) => part !== null).join("\n\n");
}

function questionPart({ question }: Card): string {
  const items = (question?.items ?? []).map(({ question: words, options }, at) => {
    const number = (question?.items.length ?? 0) > 1 ? `${at + 1}: ` : "";
    const choices = options.map(({ label, description }, place) => {
      const more = description === "" ? "" : `: ${neutralMarkdown(description.replace(/\s+/g, " "), 500)}`;
      return `\n${place + 1}. **${neutralMarkdown(label.replace(/\s+/g, " "), 200)}**${more}`;
    });
    return `${number}${neutralMarkdown(words.replace(/\s+/g, " "), 2_000)}\n${choices.join("")}`;
  });
  const several = items.length > 1 ? ", a line for each question beginning with its number" : "";
  return `${items.join("\n\n")}\n\nAnswer in a comment: the number of a choice, or words of your own${several}.`;
}

function factsPart({ facts }: Card): string {
  return facts
    .map(({ text, url }) => {
      const shown = neutralMarkdown(text.replace(/[[\]\s]+/g, " "), 300);
      return url === null ? shown : `[${shown}](${url.replace(/[()<>\s]/g, encodeURIComponent)})`;
    })
    .join(" · ");
}

function linksOf({ name, pullRequest, repository }: Task): JiraLink[] {
  if (pullRequest === null) return [];
  const { number, url, state } = pullRequest;
  const isResolved = state !== "open";
  return [
    { name: `${name}:pull_request`, url, title: `${repository}#${number}: pull request (${state})`, isResolved },
    { name: `${name}:checks`, url: `${url}/checks`, title: `${repository}#${number}: checks`, isResolved },
  ];
}

function fieldOf(task: Task, what: FieldValue): string | number | null {
  switch (what) {
    case "task":
      return task.name;
    case "pull_request":
      return task.pullRequest?.url ?? null;
    case "branch":
      return task.branch;
    case "status":
      return task.status;
    case "cost_usd":
      return Math.round(task.costUsd * 100) / 100;
    case "runs":
      return task.runs.length;
  }
}
