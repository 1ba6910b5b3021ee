import type { Button, KnownBlock, SectionBlock } from "@slack/types";
import type { Task } from "#protocol/task.ts";

/** What a task is for whoever follows it in a channel. */
type Attention = "needs_you" | "working" | "review" | "done" | "failed";

/** A task as Slack shows it: one message, kept up to date, and what its thread was told last. */
export type SlackPicture = {
  /** For notifications and for those who cannot see blocks. */
  text: string;
  blocks: KnownBlock[];
  /** One line in the thread for each new status; `broadcast` shows it in the channel as well. */
  note: { text: string; broadcast: boolean };
};

const looks = {
  needs_you: { emoji: ":raising_hand:", word: "Needs you" },
  working: { emoji: ":hourglass_flowing_sand:", word: "Working" },
  review: { emoji: ":eyes:", word: "In review" },
  done: { emoji: ":white_check_mark:", word: "Done" },
  failed: { emoji: ":x:", word: "Failed" },
} as const satisfies Record<Attention, { emoji: string; word: string }>;

/** Slack's limit is 3,000 characters for a section; what is longer is cut where people still see its sense. */
const sectionLength = 1_500;

/**
 * @param mention who is called when the task needs somebody: `<@U…>`, or nothing
 * @param page the task's page on the dashboard, or null
 */
export function slackPicture(task: Task, of: { mention: string; page: string | null }): SlackPicture {
  const attention = attentionOf(task);
  const { emoji, word } = looks[attention];
  const title = escaped(task.title, 200);
  const head = `${emoji} *${word}* · ${link(task.issue?.url, `${task.repository}${numberOf(task)}`)} · ${title}`;
  const why = task.reason === null ? "" : `${escaped(task.reason.sentence, sectionLength)}`;
  const advice = task.reason?.advice === undefined ? "" : `\n_${escaped(task.reason.advice, 500)}_`;
  const blocks: KnownBlock[] = [section(head)];
  if (why !== "") blocks.push(section(`${why}${advice}`));
  blocks.push({ type: "context", elements: [{ type: "mrkdwn", text: facts(task, of.page) }] });
  const buttons = buttonsOf(task);
  if (buttons.length > 0) blocks.push({ type: "actions", block_id: "cco", elements: buttons });
  const call = attention === "needs_you" && of.mention !== "" ? `${of.mention} ` : "";
  const note = `${call}${emoji} ${word}${why === "" ? "" : `: ${why}`}`;
  return {
    text: `${word}: ${task.name} ${title}`,
    blocks,
    note: { text: note, broadcast: attention === "needs_you" || attention === "failed" },
  };
}

function attentionOf(task: Task): Attention {
  if (task.status === "in_review") return "review";
  if (task.status === "completed") return task.conclusion === "success" ? "done" : "failed";
  // A usage limit ends by itself; everything else that waits, waits for a person.
  if (task.status === "waiting" && task.reason?.until === undefined) return "needs_you";
  return "working";
}

/** `TASK-12 · pull request #14 · $0.84 · asked for by ada` */
function facts(task: Task, page: string | null): string {
  const { pullRequest } = task;
  return [
    page === null ? task.name : link(page, task.name),
    pullRequest === null ? null : link(pullRequest.url, `pull request #${pullRequest.number}`),
    task.costUsd > 0 ? `$${task.costUsd.toFixed(2)}` : null,
    `asked for by ${escaped(task.requestedBy, 60)}`,
  ]
    .filter((fact) => fact !== null)
    .join(" · ");
}

/** What can be done now, as buttons: the verb is the action, the task its value. */
function buttonsOf(task: Task): Button[] {
  const button = (verb: string, label: string, style?: "danger" | "primary"): Button => ({
    type: "button",
    action_id: `cco:${verb}`,
    text: { type: "plain_text", text: label },
    value: task.name,
    ...(style === undefined ? {} : { style }),
  });
  switch (task.status) {
    case "queued":
    case "blocked":
    case "in_progress":
    case "waiting":
      return [button("stop", "Stop", "danger")];
    case "in_review":
      return [];
    case "completed":
      return task.conclusion === "success" ? [] : [button("retry", "Retry", "primary")];
  }
}

function section(text: string): SectionBlock {
  return { type: "section", text: { type: "mrkdwn", text } };
}

function numberOf(task: Task): string {
  return task.issue === null ? "" : `#${task.issue.number}`;
}

/** An address of ours or of GitHub's; without one, the text alone. */
function link(url: string | undefined, text: string): string {
  return url === undefined
    ? escaped(text, 200)
    : `<${url.replace(/[<>|\s]/g, encodeURIComponent)}|${escaped(text, 200)}>`;
}

/**
 * Outside text for Slack's own Markdown: with `&`, `<` and `>` escaped nothing in it is a link, a mention or a call to a
 * channel (https://api.slack.com/reference/surfaces/formatting#escaping), and what formats is taken apart.
 */
export function escaped(text: string, maxChars: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  const characters = Array.from(line);
  const cut = characters.length > maxChars ? `${characters.slice(0, maxChars - 1).join("")}…` : line;
  return cut
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[*_~`]/g, (mark) => `\u200b${mark}`);
}
