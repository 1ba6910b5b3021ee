/**
 * Text from outside (a model, a repository, a tool) on its way to a terminal.
 * What a terminal would obey is taken out; what would only mislead the eye is shown as `\u202E`.
 */

const ESC = "\u001b";
/** OSC, DCS, SOS, PM and APC strings with their payload, in their 7-bit and 8-bit forms. */
const STRING = String.raw`(?:${ESC}[\]PX^_]|[\u0090\u0098\u009d-\u009f])\P{Cc}*(?:\u0007|${ESC}\\|\u009c)?`;
const CSI = String.raw`(?:${ESC}\[|\u009b)[0-?]*[ -\/]*[@-~]?`;
/** Any escape sequence. Linear: a payload ends at the next control character, so nothing is looked at twice. */
const SEQUENCE = new RegExp(String.raw`${STRING}|${CSI}|${ESC}[ -\/]*[0-~]?`, "gu");
/** C0, C1 and DEL, but newline and tab. */
const CONTROL = /[^\P{Cc}\n\t]/gu;
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const INVISIBLE = /[\u00ad\u200b\u2060-\u2064\ufeff\u{e0000}-\u{e0fff}]/gu;

/**
 * The text as a terminal may show it: no escape sequence and no C0 or C1 control but newline and tab (as two spaces),
 * direction controls spelled out, invisible characters dropped, always well-formed Unicode.
 */
export function printable(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replace(SEQUENCE, "")
    .replace(CONTROL, "")
    .replace(BIDI, (mark) => `\\u${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`)
    .replace(INVISIBLE, "")
    .replaceAll("\t", "  ")
    .toWellFormed();
}

/** The printable text on one line of at most `length` characters; "…" marks what was cut. */
export function oneLine(text: string, length: number): string {
  // Nothing past this can be seen, so nothing past it is looked at: lines may be many megabytes long.
  const flat = printable(text.slice(0, length * 8))
    .replace(/\s+/g, " ")
    .trim();
  return shorten(flat, length);
}

/** The first `length` characters, the last of them "…" when something was cut. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, Math.max(0, length - 1));
  return `${cut
    .toWellFormed()
    .replace(/\ufffd$/, "")
    .trimEnd()}…`;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const ZERO = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** How many terminal columns a character takes. */
function columnsOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (ZERO.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** How many terminal columns a printable text takes on one line. */
export function width(text: string): number {
  let sum = 0;
  for (const character of text) sum += columnsOf(character);
  return sum;
}

/** Breaks printable text into lines of at most `columns` columns, at spaces where it can; indentation of each line is kept. */
export function wrap(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line.trimEnd(), Math.max(8, columns)));
}

function wrapLine(line: string, columns: number): string[] {
  const lines: string[] = [];
  const indent = shorten(/^ */.exec(line)?.[0] ?? "", Math.floor(columns / 2));
  let current = "";
  let used = 0;
  for (const word of line.split(/(?<= )(?=[^ ])/)) {
    const size = width(word.trimEnd());
    if (used > 0 && used + size > columns) {
      lines.push(current.trimEnd());
      current = indent;
      used = indent.length;
    }
    for (const piece of used + size > columns ? breakWord(word, columns - used, columns) : [word]) {
      if (piece === null) {
        lines.push(current.trimEnd());
        current = "";
        used = 0;
      } else {
        current += piece;
        used += width(piece);
      }
    }
  }
  return [...lines, current.trimEnd()];
}

/** Pieces of a word that is longer than a line; null stands for a line break. */
function breakWord(word: string, room: number, columns: number): (string | null)[] {
  const pieces: (string | null)[] = [];
  let piece = "";
  let used = columns - room;
  for (const character of word) {
    const size = columnsOf(character);
    if (used + size > columns) {
      pieces.push(piece, null);
      piece = "";
      used = 0;
    }
    piece += character;
    used += size;
  }
  return [...pieces, piece];
}
