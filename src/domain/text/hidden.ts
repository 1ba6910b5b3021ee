import { type HiddenKind, replaceHidden } from "./characters.ts";

export type RemovedKind = HiddenKind | "comment";

/** Something that a reader of the issue does not see. */
export type Removed = { kind: RemovedKind; excerpt: string };

/** The text without what a person does not see, and what that was (S15). */
export function revealHidden(markdown: string): { text: string; removed: Removed[] } {
  const removed: Removed[] = [];
  const visible = replaceHidden(markdown.toWellFormed().replace(/\r\n?/g, "\n"), (run, kind) => {
    removed.push({ kind, excerpt: run.slice(0, 120) });
    return "";
  });
  return { text: withoutComments(visible, removed), removed };
}

function withoutComments(text: string, removed: Removed[]): string {
  let out = "";
  let at = 0;
  for (let start = text.indexOf("<!--"); start !== -1; start = text.indexOf("<!--", at)) {
    const end = text.indexOf("-->", start + 4);
    const after = end === -1 ? text.length : end + 3;
    removed.push({ kind: "comment", excerpt: text.slice(start, Math.min(after, start + 120)) });
    out += text.slice(at, start);
    at = after;
  }
  return out + text.slice(at);
}
