/*
 * Characters that a person does not see, or that change what a person sees around them. One table for both directions:
 * text that comes in loses them, text that goes out shows them.
 *
 * Joiners, variation selectors and tags have honest uses: a family emoji, Persian spelling, the flag of Scotland.
 * They stay where they join or select something, and only there.
 */
export type HiddenKind = "control" | "zero_width" | "bidi" | "tag" | "soft_hyphen" | "variation_selector" | "filler";

const suspects =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Variation_Selector}\u115f\u1160\u2800\u3164\uffa0\u{e0000}-\u{e007f}]|\u034f|\u17b4|\u17b5/gu;
const hasSuspects = new RegExp(suspects.source, "u");

/**
 * Passes every run of hidden characters to `replace` and puts its answer in their place. Tabs and line feeds are not
 * hidden. Linear in the length of the text.
 */
export function replaceHidden(text: string, replace: (run: string, kind: HiddenKind) => string): string {
  if (!hasSuspects.test(text)) return text;
  const out: string[] = [];
  let copied = 0;
  let run: { kind: HiddenKind; start: number; end: number } | null = null;
  let flagEnd = -1;
  const flush = () => {
    if (run === null) return;
    out.push(text.slice(copied, run.start), replace(text.slice(run.start, run.end), run.kind));
    copied = run.end;
    run = null;
  };
  for (const match of text.matchAll(suspects)) {
    const start = match.index;
    const end = start + match[0].length;
    if (start < flagEnd) continue;
    if (match[0] >= "\u{e0000}" && match[0].length === 2) flagEnd = endOfFlag(text, start);
    if (flagEnd > start) continue;
    const kind = kindOf(match[0], text, start);
    if (kind === null) continue;
    if (run !== null && run.kind === kind && run.end === start) {
      run.end = end;
      continue;
    }
    flush();
    run = { kind, start, end };
  }
  flush();
  out.push(text.slice(copied));
  return out.join("");
}

/** `U+202E`, as people write code points. */
export function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function kindOf(character: string, text: string, at: number): HiddenKind | null {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x09 || code === 0x0a) return null;
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f) || (code >= 0x2028 && code <= 0x2029)) return "control";
  if (code === 0xad) return "soft_hyphen";
  if (code === 0x200c || code === 0x200d) return joins(text, at) ? null : "zero_width";
  if (code === 0x061c || code === 0x200e || code === 0x200f) return "bidi";
  if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)) return "bidi";
  if (code >= 0xe0000 && code <= 0xe007f) return "tag";
  if ((code >= 0xfe00 && code <= 0xfe0f) || (code >= 0x180b && code <= 0x180f && code !== 0x180e))
    return selects(text, at) ? null : "variation_selector";
  if (code >= 0xe0100 && code <= 0xe01ef) return /\p{Script=Han}/u.test(before(text, at)) ? null : "variation_selector";
  if ([0x115f, 0x1160, 0x17b4, 0x17b5, 0x2800, 0x3164, 0xffa0].includes(code)) return "filler";
  return "zero_width";
}

/** A joiner belongs between two letters of a script that uses it, or between two pictures. */
function joins(text: string, at: number): boolean {
  const left = before(text, at);
  const right = after(text, at + 1);
  const picture = /[\p{Extended_Pictographic}\p{Emoji_Modifier}]|\ufe0f/u;
  if (picture.test(left) && /\p{Extended_Pictographic}/u.test(right)) return true;
  const joining = /[\p{L}\p{M}]/u;
  const plain = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hangul}]/u;
  return joining.test(left) && joining.test(right) && !plain.test(left) && !plain.test(right);
}

/** A selector belongs behind a character that has more than one look. */
function selects(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code === 0xfe0e || code === 0xfe0f) return /[\p{Emoji}\p{Extended_Pictographic}]/u.test(before(text, at));
  return /[\p{Script=Han}\p{Script=Mongolian}\p{Sm}]/u.test(before(text, at));
}

/** Where the flag ends whose tag characters start at `at`; -1 where they are no flag. */
function endOfFlag(text: string, at: number): number {
  if (before(text, at) !== "\u{1f3f4}") return -1;
  const flag = /^[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{2,6}\u{e007f}/u.exec(text.slice(at, at + 14));
  return flag === null ? -1 : at + flag[0].length;
}

function before(text: string, at: number): string {
  if (at === 0) return "";
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff && at > 1 ? text.slice(at - 2, at) : text.slice(at - 1, at);
}

function after(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? "" : String.fromCodePoint(code);
}
