const ascii = /^[\x20-\x7e]*$/;

let segmenter: Intl.Segmenter | null = null;

/** Made when text that is not ASCII turns up: making it takes longer than writing a table. */
function graphemes(): Intl.Segmenter {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return segmenter;
}

/** Columns that a terminal needs for text without control characters. */
export function widthOf(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes().segment(text)) width += columnsOf(segment);
  return width;
}

/** The text in at most `columns` columns, ending in … where something is left out. */
export function shorten(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const { segment } of graphemes().segment(text)) {
    width += columnsOf(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return columns < 1 ? "" : `${kept.trimEnd()}…`;
}

function columnsOf(grapheme: string): number {
  // Written here, so that it is not made before text asks for it: the tables behind it take longer than a page of status.
  const wide =
    /^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
  if (wide.test(grapheme) || grapheme.includes("\ufe0f")) return 2;
  return /^\p{Mark}/u.test(grapheme) ? 0 : 1;
}
