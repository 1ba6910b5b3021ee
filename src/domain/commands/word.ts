import { isVerb } from "./verbs.ts";

/**
 * A text of ours with its commands as they are written in a repository that has chosen another word: everything that we
 * write speaks of `/claude retry`, and this is the last thing that happens to it.
 */
export function inWord(text: string, word: string): string {
  if (word === "claude") return text;
  return text.replace(/(`)\/claude(?: ([a-z-]+))?(?=[ `])/g, (found, mark: string, verb?: string) =>
    verb === undefined || isVerb(verb) ? `${mark}/${word}${verb === undefined ? "" : ` ${verb}`}` : found,
  );
}
