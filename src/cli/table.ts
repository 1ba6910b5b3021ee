import { plainLine } from "./plain.ts";
import { shorten, widthOf } from "./width.ts";

export type Column<R> = {
  title: string;
  value: (row: R) => string;
  /** Gives up its width first when the terminal is narrow; of several, all give alike. */
  shrinks?: true;
  /** Left out altogether when even shrinking is not enough; the last such column goes first. */
  optional?: true;
  /** Colours a finished cell. */
  paint?: (cell: string, row: R) => string;
};

const gap = "  ";
const least = 8;

/**
 * Rows under their titles, one line each, never wrapped.
 * @param columns of the terminal; null leaves everything whole, as for a pipe
 */
export function renderTable<R>(table: readonly Column<R>[], rows: readonly R[], columns: number | null): string {
  const measured = table.map((column) => {
    const cells = rows.map((row) => plainLine(column.value(row)));
    const width = cells.reduce((most, cell) => Math.max(most, widthOf(cell)), widthOf(column.title));
    return { column, cells, width };
  });
  const shown = columns === null ? measured : fitted(measured, columns);
  const line = (textOf: (index: number) => { text: string; paint?: (cell: string) => string }) =>
    shown
      .map(({ width }, index) => {
        const { text, paint } = textOf(index);
        const cell = shorten(text, width);
        const padding = index === shown.length - 1 ? "" : " ".repeat(width - widthOf(cell));
        return (paint === undefined ? cell : paint(cell)) + padding;
      })
      .join(gap)
      .trimEnd();
  const titles = line((index) => ({ text: shown[index]?.column.title ?? "" }));
  const body = rows.map((row, at) =>
    line((index) => {
      const one = shown[index];
      const paint = one?.column.paint;
      const text = one?.cells[at] ?? "";
      return paint === undefined ? { text } : { text, paint: (cell) => paint(cell, row) };
    }),
  );
  return [titles, ...body].map((text) => `${text}\n`).join("");
}

type Measured<R> = { column: Column<R>; cells: string[]; width: number };

function fitted<R>(measured: readonly Measured<R>[], columns: number): Measured<R>[] {
  const total = (some: readonly { width: number }[]) =>
    some.reduce((sum, { width }) => sum + width, 0) + gap.length * (some.length - 1);
  let over = total(measured) - columns;
  if (over <= 0) return [...measured];
  const shrinking = measured.filter(({ column }) => column.shrinks === true);
  const room = shrinking.reduce((sum, { width }) => sum + Math.max(0, width - least), 0);
  if (room < over) {
    const dropped = measured.findLast(({ column }) => column.optional === true);
    if (dropped !== undefined)
      return fitted(
        measured.filter((one) => one !== dropped),
        columns,
      );
  }
  // The widest gives first, so that all that shrink end up alike.
  const widths = new Map(shrinking.map((one) => [one, one.width]));
  while (over > 0) {
    const [widest, width] = [...widths].reduce<[Measured<R> | null, number]>(
      (most, [one, width]) => (width > most[1] ? [one, width] : most),
      [null, least],
    );
    if (widest === null) break;
    widths.set(widest, width - 1);
    over -= 1;
  }
  const kept = measured.map((one) => ({ ...one, width: widths.get(one) ?? one.width }));
  return cut(kept, columns);
}

/** Last resort on a very narrow terminal: the columns that still fit, the last of them cut. */
function cut<R>(measured: readonly Measured<R>[], columns: number): Measured<R>[] {
  let left = columns;
  const kept: Measured<R>[] = [];
  for (const one of measured) {
    if (left < 2) break;
    kept.push({ ...one, width: Math.min(one.width, left) });
    left -= one.width + gap.length;
  }
  return kept;
}
