/** Terminal sequences: CSI (colours, cursor), OSC (titles, links, clipboard) and the other strings, two-byte escapes. */
const sequences = new RegExp(
  [
    String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]`,
    String.raw`\u001b[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?`,
    String.raw`\u001b[ -/]*[0-~]`,
  ].join("|"),
  "g",
);
/** Every control character but tab and line break. */
const controls = /(?![\t\n])\p{Cc}/gu;
/** What turns the direction of text around, or is not seen at all. */
const hidden = /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Text as a person should see it: without terminal sequences, everything else that hides shown by its number. */
export function visible(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(sequences, "")
    .replace(controls, (found) => nameOf(found))
    .replace(hidden, (found) => (found === "\u200d" ? found : nameOf(found)));
}

/** The same on one line. */
export function visibleLine(text: string): string {
  return visible(text).replace(/\s+/g, " ").trim();
}

/** What a card has room for; the rest, as the end of a program's output, is on the task's page. */
export function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function nameOf(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}
