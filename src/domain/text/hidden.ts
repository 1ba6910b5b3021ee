import { type HiddenKind, replaceHidden } from "./characters.ts";
import { HiddenScan } from "./hidden-scan.ts";

export type RemovedKind =
  | HiddenKind
  | "comment"
  | "element"
  | "attribute"
  | "image_text"
  | "link_title"
  | "link"
  | "definition"
  | "entity"
  | "blank_lines";

/** Something that a reader of the issue does not see, or its first 120 characters. */
export type Removed = { kind: RemovedKind; excerpt: string };

/** At most so many removed parts are told. */
const toldParts = 200;

/**
 * The text without what a person who reads it on GitHub does not see, and what that was (S15): comments, hidden
 * elements and attributes, texts of images and titles of links, definitions, invisible characters in any notation.
 * Folded parts are unfolded. Code that is beyond doubt code stays as it is. Linear in the length of the text (S60).
 */
export function revealHidden(markdown: string): { text: string; removed: Removed[] } {
  const removed: Removed[] = [];
  const remove = (kind: RemovedKind, part: string) => {
    if (removed.length < toldParts && part.trim() !== "")
      removed.push({ kind, excerpt: part.slice(0, 120).toWellFormed() });
  };
  const plain = replaceHidden(markdown.toWellFormed().replace(/\r\n?/g, "\n"), (run, kind) => {
    remove(kind, `·${run}`);
    return "";
  });
  const decoded = plain.replace(entity, (found, decimal?: string, hex?: string) => {
    if (!isInvisible(found, decimal, hex)) return found;
    remove("entity", found);
    return "";
  });
  const text = new HiddenScan(decoded, remove).run();
  const shown = text.replace(/\n(?:[ \t\u00a0]*\n){12,}/g, (blank) => {
    remove("blank_lines", `${blank.split("\n").length - 2} blank lines`);
    return "\n\n";
  });
  return { text: shown, removed };
}

const entity =
  /&(?:#([0-9]{1,8})|#[xX]([0-9A-Fa-f]{1,8})|shy|zwj|zwnj|lrm|rlm|ZeroWidthSpace|Negative[A-Z][a-z]+Space|NoBreak|af|ApplyFunction|it|InvisibleTimes|ic|InvisibleComma);/g;

function isInvisible(name: string, decimal?: string, hex?: string): boolean {
  if (decimal === undefined && hex === undefined) return name !== "";
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return true;
  return replaceHidden(String.fromCodePoint(code), () => "") === "";
}
