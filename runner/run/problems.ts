import { lstatSync } from "node:fs";
import { isAbsolute, join, normalize, relative } from "node:path";
import type { Problem } from "#protocol/report.ts";

const mostProblems = 50;
const mostLines = 5_000;
const longestMessage = 500;

type Place = { path: string; line: number; column: number | undefined; message: string | null };

const path = String.raw`(?<path>\/?[A-Za-z0-9_@.-][A-Za-z0-9_@.+-]{0,100}(?:[\/\\][A-Za-z0-9_@.+ \[\]()-]{1,100}){0,30}\.[A-Za-z0-9]{1,10})`;
const at = String.raw`(?<line>\d{1,7})(?:[:,](?<column>\d{1,5}))?`;

/** How tools name a place, most telling first; each stands for a line of its own. */
const patterns: readonly RegExp[] = [
  // tsc: src/a.ts(12,5): error TS2322: …
  new RegExp(String.raw`^\s*${path}\(${at}\)\s*:\s*(?<message>.+)$`),
  // pytest, tsc --pretty, eslint -f unix, go, gcc, mypy, ruff, biome: src/a.py:12:5: …
  new RegExp(String.raw`^\s*${path}:${at}(?::|\s+-|\s)\s*(?<message>\S.*)?$`),
  // rustc: --> src/main.rs:12:5, vitest: ❯ src/a.test.ts:12:5, jest and node: at name (src/a.test.js:12:5)
  new RegExp(String.raw`^\s*(?:-->|❯|at(?: [^(]{1,200}(?=\())?)\s*\(?(?:file:\/\/)?${path}:${at}\)?`),
  new RegExp(String.raw`^\s*${path}:${at}$`),
];
/** eslint's own way: the file on a line of its own, and below it `12:5  error  …`. */
const fileLine = new RegExp(`^${path}$`);
const below = /^\s+(?<line>\d{1,7}):(?<column>\d{1,5})\s+(?:error|warning)\s+(?<message>\S.*)$/;
/** What went wrong, where the place comes on a later line. */
const said = /^\s*(?:E\s{2,}|●\s+|(?:[A-Za-z]*Error|error(?:\[\w+\])?|panic)\b:?\s*)(?<message>\S.*)$/;

/**
 * The places that a failed command's output names, for annotations: those of files in the worktree, the first 50, one for
 * each line of a file. Known are tsc, eslint, biome, pytest, go, rustc, vitest, jest and whoever writes `file:line:column`.
 * @param worktree absolute; paths below it are told relative to it, others not at all
 */
export function problemsIn(output: string, worktree: string): Problem[] {
  const found = new Map<string, Problem>();
  let file: string | null = null;
  let message: string | null = null;
  for (const raw of output.split("\n").slice(-mostLines)) {
    const line = plain(raw.slice(0, 1_000));
    const own = said.exec(line)?.groups?.message;
    if (own !== undefined) message = line.trim().replace(/^E\s+/, "");
    if (line.trim() === "") file = null;
    file = fileLine.exec(line)?.groups?.path ?? file;
    const place = placeIn(line, file);
    if (place === null) continue;
    const known = inWorktree(place.path, worktree);
    const key = `${known}:${place.line}`;
    if (known === null || place.line < 1 || found.has(key)) continue;
    const words = (place.message ?? message ?? "It failed here.").slice(0, longestMessage).toWellFormed();
    const column = place.column === undefined || place.column < 1 ? {} : { column: place.column };
    found.set(key, { path: known, line: place.line, ...column, message: words });
    if (found.size === mostProblems) break;
  }
  return [...found.values()];
}

function placeIn(line: string, file: string | null): Place | null {
  const under = file === null ? null : below.exec(line)?.groups;
  const groups = under ?? patterns.map((pattern) => pattern.exec(line)?.groups).find((one) => one !== undefined);
  if (groups === undefined) return null;
  return {
    path: groups.path ?? file ?? "",
    line: Number(groups.line),
    column: groups.column === undefined ? undefined : Number(groups.column),
    message: groups.message ?? null,
  };
}

function inWorktree(named: string, worktree: string): string | null {
  const inside = normalize(isAbsolute(named) ? relative(worktree, named) : named);
  if (inside.startsWith("..") || isAbsolute(inside) || /^\.git(?:\/|$)|(?:^|\/)node_modules\//.test(inside))
    return null;
  const found = lstatSync(join(worktree, inside), { throwIfNoEntry: false });
  return found?.isFile() === true && inside.length <= 300 ? inside : null;
}

/** Without colours. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is taken out
  return text.replace(/\u001b\[[0-9;?]{0,20}[A-Za-z]/g, "").replace(/[\r\u0000-\u0008\u000b-\u001f]/g, "");
}
