/** A piece of a terminal's line in one look. */
type Piece = { text: string; column: number; look: readonly string[] };

const colours: Readonly<Record<string, string>> = {
  31: "red",
  32: "green",
  33: "yellow",
  34: "blue",
  35: "magenta",
  36: "cyan",
  90: "dim",
};
const cell = { width: 8.4, height: 20 };
const margin = 18;
const bar = 34;

/**
 * A terminal's screen as a picture for light and dark.
 * @param screen lines with SGR sequences, as `tmux capture-pane -e -p` prints them
 */
export function renderScreen(screen: string, of: { title: string; columns: number }): string {
  const lines = screen.split("\n").map(piecesOf);
  const width = Math.round(of.columns * cell.width) + 2 * margin;
  const height = bar + lines.length * cell.height + margin;
  const texts = lines.flatMap((pieces, row) => pieces.map((piece) => renderPiece(piece, row)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="t" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
  <title id="t">${escaped(of.title)}</title>
  <style>
    .screen { fill: #ffffff; stroke: #d0d7de }
    .dot { fill: #d0d7de }
    text { fill: #1f2328 }
    .bold { font-weight: 700 }
    .dim { fill: #6e7781 }
    .red { fill: #cf222e }
    .green { fill: #1a7f37 }
    .yellow { fill: #9a6700 }
    .blue { fill: #0969da }
    .magenta { fill: #8250df }
    .cyan { fill: #1b7c83 }
    @media (prefers-color-scheme: dark) {
      .screen { fill: #0d1117; stroke: #3d444d }
      .dot { fill: #3d444d }
      text { fill: #f0f6fc }
      .dim { fill: #8b949e }
      .red { fill: #ff7b72 }
      .green { fill: #3fb950 }
      .yellow { fill: #d29922 }
      .blue { fill: #58a6ff }
      .magenta { fill: #bc8cff }
      .cyan { fill: #39c5cf }
    }
  </style>
  <rect class="screen" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10"/>
  <circle class="dot" cx="20" cy="18" r="5.5"/><circle class="dot" cx="38" cy="18" r="5.5"/><circle class="dot" cx="56" cy="18" r="5.5"/>
${texts.join("\n")}
</svg>
`;
}

function renderPiece({ text, column, look }: Piece, row: number): string {
  const x = (margin + column * cell.width).toFixed(1);
  const y = bar + row * cell.height + 14;
  const length = (widthOf(text) * cell.width).toFixed(1);
  const names = look.length === 0 ? "" : ` class="${look.join(" ")}"`;
  return `  <text x="${x}" y="${y}" textLength="${length}"${names}>${escaped(text)}</text>`;
}

/** Runs of letters in the same look; a gap of blanks ends one, so that columns stay in line in any font. */
function piecesOf(line: string): Piece[] {
  const pieces: Piece[] = [];
  let look: string[] = [];
  let column = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the sequences that a terminal is told its colours by
  for (const [, codes, text] of line.matchAll(/(?:\x1b\[([\d;]*)m)|([^\x1b]+)/g)) {
    if (text === undefined) {
      look = (codes ?? "").split(";").reduce(lookAfter, look);
      continue;
    }
    for (const [part] of text.matchAll(/\s{2,}|(?:\S|\s(?!\s))+/g)) {
      const blanks = part.length - part.trimStart().length;
      if (part.trim() !== "") pieces.push({ text: part.trim(), column: column + blanks, look });
      column += widthOf(part);
    }
  }
  return pieces;
}

function lookAfter(look: string[], code: string): string[] {
  if (code === "" || code === "0") return [];
  if (code === "1") return [...look, "bold"];
  if (code === "2") return [...look, "dim"];
  if (code === "22") return look.filter((name) => name !== "bold" && name !== "dim");
  const others = look.filter((name) => name === "bold");
  if (code === "39") return others;
  const colour = colours[code];
  return colour === undefined ? look : [...others, colour];
}

function widthOf(text: string): number {
  return Array.from(text).reduce((sum, letter) => sum + (/\p{Emoji_Presentation}/u.test(letter) ? 2 : 1), 0);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
