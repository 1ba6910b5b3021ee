import { replaceHidden } from "./characters.ts";
import { neutralLine } from "./neutral-line.ts";
import { bytesOf, showHidden, withoutMarkers } from "./visible.ts";

/**
 * Text from Claude or from people, made safe for what we post on GitHub (S41): it mentions nobody, refers to nothing,
 * closes nothing, commands nobody, loads no image and holds no HTML, yet reads as it was written.
 *
 * Mentions, references and links to issues become code (`@team`, `#12`): GitHub takes neither from code. Fenced code
 * stays as it is, but is moved to the left margin, so that GitHub and we agree on where it ends.
 * @param maxBytes upper bound of the answer in UTF-8; a cut is marked
 */
export function neutralMarkdown(text: string, maxBytes: number): string {
  // Hardly anything gets shorter: what is far beyond the bound need not be looked at.
  const isLonger = text.length > 2 * maxBytes;
  const source = withoutMarkers(showHidden(isLonger ? text.slice(0, 2 * maxBytes) : text)).trimEnd();
  const out = new Budget(maxBytes);
  let fence: Fence | null = null;
  for (const line of linesOf(source)) {
    if (fence !== null) {
      const ends = closes(line, fence);
      if (!out.add(ends ? fence.mark : dedent(line, fence.indent))) break;
      if (ends) fence = null;
      continue;
    }
    fence = fenceOf(line);
    if (fence === null ? !out.addLine(line) : !out.add(fence.mark + fence.language, bytesOf(fence.mark) + 1)) break;
  }
  const closed = fence === null || out.isCutBeforeFence ? [] : [fence.mark];
  return [...out.lines, ...closed, ...(out.isFull || isLonger ? [cutNote] : [])].join("\n");
}

const cutNote = "\n*The rest is left out here: it is too long.*";

/** Lines of the output, as long as they fit; room for the note and a closing fence is kept back. */
class Budget {
  readonly lines: string[] = [];
  isFull = false;
  isCutBeforeFence = false;
  #left: number;

  constructor(maxBytes: number) {
    this.#left = Math.max(0, maxBytes - bytesOf(cutNote) - 2);
  }

  /** False when the line does not fit. `reserve` bytes are kept back for good. */
  add(line: string, reserve = 0): boolean {
    const cost = bytesOf(line) + 1;
    if (cost + reserve > this.#left) {
      this.isFull = true;
      this.isCutBeforeFence = reserve > 0;
      return false;
    }
    this.#left -= cost + reserve;
    this.lines.push(line);
    return true;
  }

  /** Adds as much of an ordinary line as fits. */
  addLine(source: string): boolean {
    const whole = source.length > this.#left ? source.slice(0, this.#left).toWellFormed() : source;
    if (whole === source && this.add(neutralLine(source))) return true;
    this.isFull = true;
    let length = whole.length;
    let part = neutralLine(whole);
    while (length > 0 && bytesOf(part) >= this.#left) {
      length = Math.floor(length * Math.min(0.95, (0.98 * this.#left) / bytesOf(part)));
      part = neutralLine(onCodePoint(whole, length));
    }
    if (part !== "" && bytesOf(part) < this.#left) this.lines.push(part);
    return false;
  }
}

type Fence = { mark: string; indent: number; language: string };

function fenceOf(line: string): Fence | null {
  const found = /^([ \t]*)(`{3,}(?=[^`]*$)|~{3,})[ \t]*(.*)$/s.exec(line);
  if (found === null) return null;
  const [, space = "", mark = "", rest = ""] = found;
  const language = /^[A-Za-z0-9_+.#-]{1,30}/.exec(rest)?.[0] ?? "";
  return { mark, indent: space.length, language };
}

function closes(line: string, fence: Fence): boolean {
  const found = /^[ \t]*(`+|~+)[ \t]*$/.exec(line);
  const mark = found?.[1] ?? "";
  return mark[0] === fence.mark[0] && mark.length >= fence.mark.length;
}

function dedent(line: string, indent: number): string {
  let at = 0;
  while (at < indent && (line[at] === " " || line[at] === "\t")) at++;
  return line.slice(at);
}

function* linesOf(text: string): Generator<string> {
  let start = 0;
  for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
    yield text.slice(start, end);
    start = end + 1;
  }
  yield text.slice(start);
}

function onCodePoint(text: string, length: number): string {
  const code = text.charCodeAt(length - 1);
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? length - 1 : length);
}

/**
 * Outside text as one plain line, for titles and commit subjects (S42): no line break can smuggle a trailer in, and
 * mentions and references are put into backticks, which GitHub shows as code.
 * @param maxChars upper bound in code points; a cut ends in …
 */
export function singleLine(text: string, maxChars: number): string {
  const visible = replaceHidden(text.slice(0, 20_000).toWellFormed(), (_, kind) => (kind === "control" ? " " : ""));
  const plain = visible.replaceAll("`", "'").replace(/\s+/g, " ").trim();
  const cut = cutTo(plain, maxChars);
  const quoted = quoteReferences(cut);
  return Array.from(quoted).length <= maxChars ? quoted : quoteReferences(cutTo(plain, maxChars - 2 * countOf(cut)));
}

const references =
  /(?<![A-Za-z0-9])@[A-Za-z0-9][A-Za-z0-9_/-]*|(?:[A-Za-z0-9_.-]{1,100}(?:\/[A-Za-z0-9_.-]{1,100})?)?#[0-9]+|\bGH-[0-9]+/gi;

function quoteReferences(text: string): string {
  return text.replace(references, (found) => `\`${found}\``);
}

function countOf(text: string): number {
  return text.match(references)?.length ?? 0;
}

function cutTo(text: string, maxChars: number): string {
  const characters = Array.from(text);
  if (characters.length <= maxChars) return text;
  return `${characters
    .slice(0, Math.max(0, maxChars - 1))
    .join("")
    .trimEnd()}…`;
}
