import { cutTo } from "../card.ts";

/**
 * Outside text for Slack's own Markdown: with `&`, `<` and `>` escaped nothing in it is a link, a mention or a call to a
 * channel (https://api.slack.com/reference/surfaces/formatting#escaping), and what formats is taken apart.
 */
export function escaped(text: string, maxChars: number): string {
  return harmless(cutTo(text.replace(/\s+/g, " ").trim(), maxChars));
}

/** The same for several lines. */
export function escapedLines(text: string, maxChars: number): string {
  return harmless(cutTo(text, maxChars));
}

function harmless(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[*_~`]/g, (mark) => `\u200b${mark}`);
}
