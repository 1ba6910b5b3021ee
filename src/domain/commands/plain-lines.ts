/*
 * Which lines of a comment are said by its author, in plain sight: not quoted, not code.
 *
 * Where Markdown leaves room for doubt, a line counts as quoted or as code: a command that is not seen can be written
 * again, one that was never meant has been carried out.
 */

export type Line = {
  /** As it was written. */
  text: string;
  /** False within code, a quote or raw HTML of that kind. */
  isPlain: boolean;
};

const fenceStart = /^(?:[ \t]|[*+-][ \t]|\d{1,9}[.)][ \t])*(`{3,}(?=[^`]*$)|~{3,})/;
const quote = /^ {0,3}(?:(?:[*+-]|\d{1,9}[.)])[ \t]+)*>/;
const blockStart = /^ {0,3}(?:#{1,6}(?:[ \t]|$)|[*+-][ \t]|\d{1,9}[.)][ \t]|([*_-])[ \t]*(?:\1[ \t]*){2,}$)/;
const rawStart = /<(pre|code|samp|kbd|blockquote|q|script|style|textarea|template|xmp|listing|plaintext|svg|math)\b/gi;

/** The lines of a comment in which nothing is hidden any more. */
export function linesOf(comment: string): Line[] {
  const lines = comment.split("\n").map((text) => ({ text, isPlain: true }));
  markBlocks(lines);
  markCodeSpans(lines);
  return lines;
}

function markBlocks(lines: Line[]): void {
  let fence: string | null = null;
  let inQuote = false;
  let raw: string | null = null;
  for (const line of lines) {
    const { text } = line;
    if (fence !== null) {
      line.isPlain = false;
      if (closesFence(text, fence)) fence = null;
    } else if (raw !== null) {
      line.isPlain = false;
      raw = openElement(text, raw);
    } else if (quote.test(text)) {
      line.isPlain = false;
      inQuote = true;
    } else {
      fence = fenceStart.exec(text)?.[1] ?? null;
      // A line right below a quote still belongs to its paragraph, unless it begins something new.
      if (text.trim() === "" || fence !== null || blockStart.test(text)) inQuote = false;
      raw = fence === null ? openElement(text, null) : null;
      line.isPlain = fence === null && !inQuote && !/^(?: {4}| {0,3}\t)/.test(text);
    }
  }
}

function closesFence(text: string, fence: string): boolean {
  const mark = /^[ \t]*(`{3,}|~{3,})[ \t]*$/.exec(text)?.[1] ?? "";
  return mark[0] === fence[0] && mark.length >= fence.length;
}

/** The element of code or quotation that is open at the end of the line; null when none is. */
function openElement(text: string, open: string | null): string | null {
  let name = open;
  let at = 0;
  const lower = text.toLowerCase();
  for (;;) {
    if (name === null) {
      rawStart.lastIndex = at;
      const found = rawStart.exec(lower);
      if (found === null) return null;
      name = found[1] ?? "";
      at = found.index + found[0].length;
    }
    const end = lower.indexOf(`</${name}`, at);
    if (end === -1) return name;
    at = end + name.length + 2;
    name = null;
  }
}

/** A code span may go over several lines of a paragraph: those that begin within one are code. */
function markCodeSpans(lines: Line[]): void {
  let start = 0;
  for (let end = 0; end <= lines.length; end++) {
    const line = lines[end];
    if (line?.isPlain && line.text.trim() !== "") continue;
    if (end > start + 1) markParagraph(lines.slice(start, end));
    start = end + 1;
  }
}

function markParagraph(lines: readonly Line[]): void {
  const runs = lines.flatMap((line, row) =>
    Array.from(line.text.matchAll(/(?<!\\)`+/g), (found) => ({ row, length: found[0].length })),
  );
  // From the end, so that each run knows the next one of its length.
  const nextOf: number[] = [];
  const seen = new Map<number, number>();
  for (let at = runs.length - 1; at >= 0; at--) {
    const length = runs[at]?.length ?? 0;
    nextOf[at] = seen.get(length) ?? -1;
    seen.set(length, at);
  }
  for (let at = 0; at < runs.length; at++) {
    const closing = nextOf[at] ?? -1;
    if (closing === -1) continue;
    const [from, to] = [runs[at]?.row ?? 0, runs[closing]?.row ?? 0];
    for (const line of lines.slice(from + 1, to + 1)) line.isPlain = false;
    at = closing;
  }
}
