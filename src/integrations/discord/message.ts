import type { APIEmbed } from "discord-api-types/v10";
import { isAsLoudAs } from "#domain/notification.ts";
import type { Loudness } from "#protocol/notification.ts";
import type { Question } from "#protocol/question.ts";
import type { Task } from "#protocol/task.ts";
import { type Attention, type Card, cardOf, cutTo, type Fact, type Press } from "../card.ts";
import { actionOf } from "../pressed.ts";

/** Discord's numbers (https://discord.com/developers/docs/components/reference). */
export const componentTypes = { row: 1, button: 2, text: 4 } as const;
const styles = { plain: 2, good: 3, danger: 4 } as const satisfies Record<Press["style"], number>;
const buttonsInARow = 5;
const mostRows = 5;

export type Row = { type: number; components: object[] };

/** A task as Discord shows it: one message, and what was told of its status last. */
export type DiscordPicture = {
  embed: APIEmbed;
  rows: Row[];
  /** `mentions` are the members who are called, by id; null where nothing is said. */
  note: { text: string; isForAll: boolean; mentions: readonly string[] } | null;
};

const looks = {
  needs_you: { emoji: "🙋", color: 0xd29922 },
  working: { emoji: "⏳", color: 0x388bfd },
  review: { emoji: "👀", color: 0x8957e5 },
  done: { emoji: "✅", color: 0x3fb950 },
  failed: { emoji: "❌", color: 0xf85149 },
} as const satisfies Record<Attention, { emoji: string; color: number }>;

/**
 * @param say how loudly its news is said, and which members of Discord are called
 * @param page the task's page on the dashboard, or null
 * @param canPress whether anybody hears what is pressed
 */
export function discordPicture(
  task: Task,
  of: { say: (card: Card) => { loudness: Loudness; who: readonly string[] }; page: string | null; canPress: boolean },
): DiscordPicture {
  const card = cardOf(task, of.page);
  const { loudness, who } = of.say(card);
  const { emoji, color } = looks[card.attention];
  const why = card.sentence === null ? "" : escaped(card.sentence, 1_500);
  const advice = card.advice === null ? "" : `\n*${escaped(card.advice, 500)}*`;
  const said = card.question === null ? `${why}${advice}` : questionText(card.question);
  const lines = [`${link(card.issue)} · ${escaped(card.title, 200)}`, said, card.facts.map(link).join(" · ")];
  return {
    embed: {
      title: `${emoji} ${card.word}`,
      description: lines.filter((line) => line !== "").join("\n\n"),
      color,
      footer: { text: task.name },
    },
    rows: of.canPress ? rowsOf(card) : [],
    note:
      loudness === "nothing"
        ? null
        : {
            text: `${emoji} ${card.word} · ${task.name}${why === "" ? "" : `: ${why}`}`,
            isForAll: isAsLoudAs(loudness, "channel"),
            mentions: who,
          },
  };
}

/** Each question with its choices, numbered as an answer names them. */
function questionText({ items }: Question): string {
  const questions = items.map(({ question, options }, at) => {
    const number = items.length > 1 ? `${at + 1}\\. ` : "";
    const choices = options.map(({ label, description }, place) => {
      const more = description === "" ? "" : `: ${escaped(description, 150)}`;
      return `\n${place + 1}\\. **${escaped(label, 80)}**${more}`;
    });
    return `${number}${escaped(question, 500)}${choices.join("")}`;
  });
  // An embed's description may have 4,096 characters, and the facts go below.
  return cutTo(questions.join("\n"), 2_500);
}

function rowsOf({ presses, task }: Card): Row[] {
  const buttons = presses.slice(0, buttonsInARow * mostRows).map(({ verb, label, style, choice, asOf }) => {
    const { action_id: action, value } = actionOf({ verb, choice, task, question: asOf });
    return {
      type: componentTypes.button,
      style: styles[style],
      label: cutTo(label, 80),
      custom_id: `${action} ${value}`,
    };
  });
  const rows: Row[] = [];
  for (let at = 0; at < buttons.length; at += buttonsInARow)
    rows.push({ type: componentTypes.row, components: buttons.slice(at, at + buttonsInARow) });
  return rows;
}

function link({ text, url }: Fact): string {
  return url === null ? escaped(text, 200) : `[${escaped(text, 200)}](${url.replace(/[()<>\s]/g, encodeURIComponent)})`;
}

/** Outside text in one line: nothing in it formats or hides an address; mentions are switched off where it is sent. */
export function escaped(text: string, maxChars: number): string {
  return cutTo(text.replace(/\s+/g, " ").trim(), maxChars).replace(/[\\*_~`|>#[\]()<-]/g, "\\$&");
}
