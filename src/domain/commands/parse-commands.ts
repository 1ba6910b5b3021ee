import { revealHidden } from "../text/hidden.ts";
import { nearest } from "../text/nearest.ts";
import type { Command, Wrong } from "./command.ts";
import { type Line, linesOf } from "./plain-lines.ts";
import { isVerb, usageOf, type Verb, verbNames } from "./verbs.ts";

export type Spoken = {
  /** The word behind the slash. */
  word: string;
  /** The app's own name, with which a line on its pull request may begin; null where that means nothing. */
  appName: string | null;
};

/** More commands than this in one comment are not carried out. */
const mostCommands = 10;
const mostUsd = 1_000;
/** UTF-8 characters of one `say`. */
const mostWords = 20_000;

/**
 * What a comment asks for, in order. Only lines that its author says in plain sight count: nothing in code, in a
 * quote or hidden in HTML. Linear in the length of the comment.
 */
export function parseCommands(comment: string, spoken: Spoken): (Command | Wrong)[] {
  const found = collect(linesOf(revealHidden(comment).text), spoken).map((one) => read(one, spoken.word));
  if (found.length <= mostCommands) return found;
  const sentence = `One comment may hold ${mostCommands} commands; this one holds ${found.length}, and the rest is left out.`;
  return [...found.slice(0, mostCommands), { verb: null, line: "", sentence, suggestion: null }];
}

/** Whether parsing is worth while: cheap, and right about every comment whose commands a reader can see. */
export function mayCommand(comment: string, isPullRequest: boolean): boolean {
  if (isPullRequest && comment.includes("@")) return true;
  // Invisible characters within the word are taken out before it is read.
  const letters = comment.replace(/\r/g, "\n").replace(/[^\n\x20-\x7e]+/g, "");
  // Which word it is, is the repository's choice: here any word behind a slash that begins something will do.
  return /(?<![A-Za-z0-9_./-])\/[A-Za-z]/.test(letters);
}

type Raw = { head: string; rest: string; line: string; isMention: boolean };

function collect(lines: readonly Line[], spoken: Spoken): Raw[] {
  const found: Raw[] = [];
  let open: { raw: Raw; more: string[] } | null = null;
  const close = () => {
    if (open !== null) open.raw.rest = [open.raw.rest, ...open.more].join("\n").trim();
    open = null;
  };
  for (const line of lines) {
    const raw = line.isPlain ? headOf(line.text, spoken) : null;
    if (raw === null) {
      (open as { more: string[] } | null)?.more.push(line.text);
      continue;
    }
    close();
    found.push(raw);
    if (raw.isMention || isWordy(raw.head)) open = { raw, more: [] };
  }
  close();
  return found;
}

function headOf(text: string, { word, appName }: Spoken): Raw | null {
  const line = text.trim();
  const lower = line.toLowerCase();
  const slash = `/${word.toLowerCase()}`;
  if (lower.startsWith(slash) && /^(?:\s|$)/.test(line.slice(slash.length))) {
    const [, head = "", rest = ""] = /^\s*(\S*)\s*(.*)$/.exec(line.slice(slash.length)) ?? [];
    return { head: head.toLowerCase(), rest, line, isMention: false };
  }
  if (appName === null) return null;
  const mention = [`@${appName}[bot]`, `@${appName}`].find((name) => lower.startsWith(name.toLowerCase()));
  if (mention === undefined || /^[A-Za-z0-9_/[-]/.test(line.slice(mention.length))) return null;
  const rest = line.slice(mention.length).replace(/^[\s,:;]+/, "");
  return { head: "say", rest, line, isMention: true };
}

function read(raw: Raw, word: string): Command | Wrong {
  const verb = raw.head.replace(/[.!,;:?]+$/, "");
  if (verb === "") return { verb: "help" };
  if (!isVerb(verb)) return unknown(raw, verb, word);
  const rest = raw.rest.replace(/^[.!]+$/, "").trim();
  switch (verb) {
    case "say":
    case "answer":
      return wordsOf(verb, raw, verb === "say" ? rest : raw.rest.trim(), word);
    case "priority":
      return priority(raw, rest, word);
    case "budget":
      return budget(raw, rest, word);
    default:
      if (rest === "") return { verb };
      return wrong(
        raw,
        `\`${verb}\` takes nothing behind it, so nothing was done. Words for Claude go behind \`say\`.`,
        `/${word} ${verb}`,
      );
  }
}

function unknown(raw: Raw, verb: string, word: string): Wrong {
  const near = nearest(verb, verbNames);
  const meant = near !== null && isVerb(near) ? near : (synonyms.get(verb) ?? null);
  if (meant !== null) return wrong(raw, "There is no such command.", usageOf(meant, word));
  const known = verbNames.map((one) => `\`${one}\``).join(", ");
  return wrong(raw, `There is no such command. There are ${known}.`, null);
}

/** What other tools call it. */
const synonyms: ReadonlyMap<string, Verb> = new Map([
  ["abort", "stop"],
  ["accept", "approve"],
  ["again", "retry"],
  ["begin", "run"],
  ["cancel", "stop"],
  ["commands", "help"],
  ["cost", "budget"],
  ["explain", "why"],
  ["fix", "run"],
  ["go", "run"],
  ["halt", "stop"],
  ["info", "status"],
  ["kill", "stop"],
  ["message", "say"],
  ["progress", "status"],
  ["fix-checks", "fix-ci"],
  ["lgtm", "approve"],
  ["merge", "rebase"],
  ["rerun", "retry"],
  ["resume", "continue"],
  ["start", "run"],
  ["tell", "say"],
  ["usage", "help"],
]);

/** What follows goes on over the lines. */
function isWordy(verb: string): boolean {
  return verb === "say" || verb === "answer";
}

function wordsOf(verb: "say" | "answer", raw: Raw, text: string, word: string): Command | Wrong {
  if (text === "") return wrong(raw, "There are no words behind it.", usageOf(verb, word));
  if (text.length > mostWords) {
    return wrong(raw, `These are more than ${mostWords} characters, which is too long for Claude to take in.`, null);
  }
  return { verb, text };
}

function priority(raw: Raw, text: string, word: string): Command | Wrong {
  const said = text.toLowerCase().replace(/[.!]$/, "");
  const known = ["high", "normal", "low"] as const;
  const one = known.find((name) => name === said);
  if (one !== undefined) return { verb: "priority", priority: one };
  const meant = nearest(said, known);
  const sentence = "A priority is `high`, `normal` or `low`.";
  return wrong(raw, sentence, meant === null || said === "" ? null : `/${word} priority ${meant}`);
}

function budget(raw: Raw, text: string, word: string): Command | Wrong {
  const said = /^\$?\s?(\d{1,7}(?:\.\d{1,4})?)\s?(?:\$|usd|dollars?)?[.!]?$/i.exec(text)?.[1];
  const usd = said === undefined ? Number.NaN : Number(said);
  if (usd >= 0.01 && usd <= mostUsd) return { verb: "budget", usd };
  const sentence = `A budget is a number of dollars from 0.01 to ${mostUsd}, with a point and without commas.`;
  return wrong(raw, sentence, `/${word} budget 20`);
}

function wrong(raw: Raw, sentence: string, suggestion: string | null): Wrong {
  const line = Array.from(raw.line.slice(0, 400)).slice(0, 120).join("");
  return { verb: null, line, sentence, suggestion };
}

/** Whether the comment holds commands and nothing that is meant for Claude to read. */
export function isOnlyCommands(comment: string, word: string): boolean {
  const lines = revealHidden(comment).text.split("\n");
  const isOwn = (line: string) => headOf(line, { word, appName: null }) !== null;
  const said = lines.filter((line) => line.trim() !== "");
  return said.length > 0 && said.every((line) => isOwn(line) && !/^\S+\s+(?:say|answer)\b/i.test(line.trim()));
}
