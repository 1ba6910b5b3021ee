import type { Command, Wrong } from "./command.ts";
import { parseCommands } from "./parse-commands.ts";
import { commandWord } from "./verbs.ts";

/**
 * A command that comes in parts, as a button or a form has it. Words for Claude are taken as they are: nothing in them is
 * another command.
 */
export function spokenCommand(verb: string, words: string): Command | Wrong {
  if (verb === "say" || verb === "answer") {
    const text = words.trim();
    if (text !== "") return { verb, text };
  }
  const line = `/${commandWord} ${verb} ${words}`.replace(/\s+/g, " ").trim();
  const unknown: Wrong = { verb: null, line: "", sentence: "There is no such command.", suggestion: null };
  return parseCommands(line, { word: commandWord, appName: null })[0] ?? unknown;
}

/** What has come of a command where no reaction can say so. */
export function doneSentence(command: Command, task: string): string {
  switch (command.verb) {
    case "run":
    case "retry":
      return `Done: ${task} is queued.`;
    case "stop":
      return `Done: ${task} is asked to stop.`;
    case "say":
      return `Kept: Claude reads it with its next step of ${task}.`;
    case "approve":
      return `Approved: ${task} goes on.`;
    case "answer":
      return `Answered: Claude goes on with ${task}.`;
    case "priority":
      return `Done: ${task} has the priority ${command.priority}.`;
    default:
      return `Done: ${task}.`;
  }
}

/** The verb and the words behind it, of a text that is one command (`/claude say Use informal words.`); null of others. */
export function spokenWords(text: string): { verb: string; words: string } | null {
  const found = /^\/(\S+)\s+(\S+)\s*([\s\S]*)$/.exec(text.trim());
  const [, word = "", verb = "", words = ""] = found ?? [];
  return word.toLowerCase() === commandWord ? { verb: verb.toLowerCase(), words } : null;
}
