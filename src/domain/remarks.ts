import type { Remark } from "#protocol/diff.ts";

/** Remarks on lines as one message: by file and line, each with the line that it is about. */
export function renderRemarks(remarks: readonly Remark[]): string {
  const byFile = [...Map.groupBy(remarks, ({ path }) => path)].sort(([one], [other]) => one.localeCompare(other));
  const parts = byFile.map(([path, those]) => {
    const lines = those
      .toSorted((one, other) => one.line - other.line)
      .map(({ line, quote, text }) => {
        const place = line === 0 ? "The whole file" : `Line ${line}`;
        return `${place}${quote.trim() === "" ? "" : `: \`${quote.trim().replaceAll("`", "'")}\``}\n${text.trim()}`;
      });
    return `### ${path}\n\n${lines.join("\n\n")}`;
  });
  return `Please look at these remarks on your changes:\n\n${parts.join("\n\n")}`;
}
