/**
 * Text from outside as it may go to a terminal: nothing in it can move the cursor, set a title, write to the
 * clipboard or turn the reading direction (S39). Sequences are taken out whole, with what they carry.
 */

// ESC or its 8-bit forms: strings that run to their end (OSC, DCS, SOS, PM, APC), CSI, and two-letter ones.
const sequences = new RegExp(
  [
    "(?:\\u001b[\\]PX^_]|[\\u0090\\u0098\\u009d-\\u009f])[^\\u0007\\u001b\\u009c]*(?:\\u0007|\\u001b\\\\|\\u009c|(?=\\u001b)|$)",
    "(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]?",
    "\\u001b[ -/]*[0-~]?",
  ].join("|"),
  "g",
);
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
// Direction marks, embeddings and isolates; separators; invisible letters and tags.
const hidden =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Lines stay lines and tabs stay tabs; hidden characters are shown as their code points. */
export function plain(text: string): string {
  return text
    .replace(sequences, "")
    .replace(/\r\n?/g, "\n")
    .replace(controls, "")
    .replace(hidden, (letter) => codeOf(letter));
}

/** The same on one line. */
export function plainLine(text: string): string {
  return plain(text).replace(/\s+/g, " ").trim();
}

/** JSON for a terminal or a program: what a terminal would obey is written as an escape. */
export function plainJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent)
    .replace(/[\u007f-\u009f]/g, (letter) => escapeOf(letter))
    .replace(hidden, (letter) => escapeOf(letter));
}

function codeOf(letter: string): string {
  return `\\u${hex(letter.codePointAt(0) ?? 0)}`;
}

function escapeOf(letter: string): string {
  return Array.from({ length: letter.length }, (_, index) => `\\u${hex(letter.charCodeAt(index))}`).join("");
}

function hex(code: number): string {
  return code.toString(16).padStart(4, "0");
}
