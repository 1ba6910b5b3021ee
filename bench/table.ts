import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Puts a table into docs/performance.md: in the place of the one from before, or at the end under a heading of its own. */
export function writeTable(name: string, heading: string, program: string, table: string): void {
  const path = join(import.meta.dirname, "../docs/performance.md");
  const [opening, closing] = [`<!-- bench: ${name} -->`, `<!-- /bench: ${name} -->`];
  const page = readFileSync(path, "utf8");
  const block = `${opening}\n${table}\n${closing}`;
  const [start, end] = [page.indexOf(opening), page.indexOf(closing)];
  const next =
    start !== -1 && end > start
      ? page.slice(0, start) + block + page.slice(end + closing.length)
      : `${page.trimEnd()}\n\n## ${heading}\n\nMeasured by [${program}](../${program}): \`node ${program} --write\`.\n\n${block}\n`;
  writeFileSync(path, next);
}
