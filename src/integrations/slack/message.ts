import type { Button, KnownBlock, SectionBlock } from "@slack/types";
import { isAsLoudAs } from "#domain/notification.ts";
import type { Loudness } from "#protocol/notification.ts";
import type { Question } from "#protocol/question.ts";
import type { Task } from "#protocol/task.ts";
import { type Attention, type Card, cardOf, cutTo, type Fact, type Press } from "../card.ts";
import { actionOf } from "../pressed.ts";
import { escaped } from "./escaped.ts";

/** A task as Slack shows it: one message, kept up to date, and what its thread was told last. */
export type SlackPicture = {
  /** For notifications and for those who cannot see blocks. */
  text: string;
  blocks: KnownBlock[];
  /** One line in the thread for each new status; `broadcast` shows it in the channel as well. */
  note: { text: string; broadcast: boolean } | null;
};

const emojis = {
  needs_you: ":raising_hand:",
  working: ":hourglass_flowing_sand:",
  review: ":eyes:",
  done: ":white_check_mark:",
  failed: ":x:",
} as const satisfies Record<Attention, string>;

/** Slack's limit is 3,000 characters for a section; what is longer is cut where people still see its sense. */
const sectionLength = 1_500;
/** Slack's limit for the text of a button. */
const buttonLength = 75;

/**
 * @param say how loudly its news is said, and which members of Slack are called
 * @param page the task's page on the dashboard, or null
 * @param canPress whether anybody hears what is pressed
 */
export function slackPicture(
  task: Task,
  of: { say: (card: Card) => { loudness: Loudness; who: readonly string[] }; page: string | null; canPress: boolean },
): SlackPicture {
  const card = cardOf(task, of.page);
  const { attention, word, question } = card;
  const emoji = emojis[attention];
  const title = escaped(card.title, 200);
  const why = card.sentence === null ? "" : escaped(card.sentence, sectionLength);
  const advice = card.advice === null ? "" : `\n_${escaped(card.advice, 500)}_`;
  const blocks: KnownBlock[] = [section(`${emoji} *${word}* · ${link(card.issue)} · ${title}`)];
  if (question !== null) blocks.push(...questionBlocks(question));
  else if (why !== "") blocks.push(section(`${why}${advice}`));
  blocks.push({ type: "context", elements: [{ type: "mrkdwn", text: card.facts.map(link).join(" · ") }] });
  const buttons = of.canPress ? card.presses.map((press) => buttonOf(press, card.task)) : [];
  if (buttons.length > 0) blocks.push({ type: "actions", block_id: "cco", elements: buttons });
  const { loudness, who } = of.say(card);
  const call = who.map((member) => `<@${member}> `).join("");
  return {
    text: `${word}: ${task.name} ${title}`,
    blocks,
    note:
      loudness === "nothing"
        ? null
        : {
            text: `${call}${emoji} ${word}${why === "" ? "" : `: ${why}`}`,
            broadcast: isAsLoudAs(loudness, "channel"),
          },
  };
}

/** Each question with its choices, numbered as an answer names them. */
export function questionBlocks({ items }: Question): SectionBlock[] {
  return items.map(({ question, options }, at) => {
    const number = items.length > 1 ? `${at + 1}. ` : "";
    const choices = options.map(({ label, description }, place) => {
      const more = description === "" ? "" : `: ${escaped(description, 150)}`;
      return `\n${place + 1}. *${escaped(label, 75)}*${more}`;
    });
    return section(`${number}${escaped(question, 500)}${choices.join("")}`.slice(0, 3_000));
  });
}

function buttonOf({ verb, label, style, choice, asOf }: Press, task: Card["task"]): Button {
  return {
    type: "button",
    ...actionOf({ verb, choice, task, question: asOf }),
    text: { type: "plain_text", text: cutTo(label, buttonLength) },
    ...(style === "plain" ? {} : { style: style === "good" ? ("primary" as const) : ("danger" as const) }),
  };
}

function section(text: string): SectionBlock {
  return { type: "section", text: { type: "mrkdwn", text } };
}

/** An address of ours or of GitHub's; without one, the text alone. */
function link({ text, url }: Fact): string {
  return url === null ? escaped(text, 200) : `<${url.replace(/[<>|\s]/g, encodeURIComponent)}|${escaped(text, 200)}>`;
}
