import { type Inline, inlinesOf } from "./markdown-inline.ts";

/** What Claude writes, as a tree: whoever shows it makes elements of it, so no text can become one by itself. */
export type Block =
  | { kind: "paragraph"; content: Inline[] }
  | { kind: "heading"; level: number; content: Inline[] }
  | { kind: "code"; language: string; text: string }
  | { kind: "quote"; blocks: Block[] }
  | { kind: "list"; ordered: boolean; start: number; items: Item[] }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] }
  | { kind: "rule" };

export type Item = { done: boolean | null; blocks: Block[] };

const deepest = 8;

/** The part of GitHub's Markdown that Claude uses; everything else stays the text that it is. HTML is text. */
export function blocksOf(text: string, depth = 0): Block[] {
  const lines = text.split("\n");
  if (depth > deepest) return [{ kind: "paragraph", content: inlinesOf(text) }];
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    if (line.trim() === "") {
      at += 1;
      continue;
    }
    const [block, next] =
      fence(lines, at) ??
      heading(line, at) ??
      rule(line, at) ??
      quote(lines, at, depth) ??
      list(lines, at, depth) ??
      table(lines, at) ??
      paragraph(lines, at);
    blocks.push(block);
    at = next;
  }
  return blocks;
}

/** A block and the line after it; null where another kind of block begins. */
type Taken = [Block, number] | null;

function fence(lines: readonly string[], at: number): Taken {
  const opened = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)[^`]*$/.exec(lines[at] ?? "");
  if (opened === null) return null;
  const [, mark = "", language = ""] = opened;
  let end = at + 1;
  while (end < lines.length && !isClosing(lines[end] ?? "", mark)) end += 1;
  return [{ kind: "code", language, text: lines.slice(at + 1, end).join("\n") }, end + 1];
}

function isClosing(line: string, mark: string): boolean {
  const trimmed = line.trim();
  return trimmed.startsWith(mark) && trimmed.split(mark[0] ?? "`").join("") === "";
}

function heading(line: string, at: number): Taken {
  const found = /^ {0,3}(#{1,6})\s+(.+?)\s*#*\s*$/.exec(line.slice(0, 1_000));
  if (found === null) return null;
  return [{ kind: "heading", level: found[1]?.length ?? 1, content: inlinesOf(found[2] ?? "") }, at + 1];
}

function rule(line: string, at: number): Taken {
  const bare = line.replace(/\s/g, "");
  return /^(-{3,}|\*{3,}|_{3,})$/.test(bare) ? [{ kind: "rule" }, at + 1] : null;
}

function quote(lines: readonly string[], at: number, depth: number): Taken {
  let end = at;
  while (/^ {0,3}>/.test(lines[end] ?? "")) end += 1;
  if (end === at) return null;
  const inner = lines.slice(at, end).map((line) => line.replace(/^ {0,3}> ?/, ""));
  return [{ kind: "quote", blocks: blocksOf(inner.join("\n"), depth + 1) }, end];
}

const bullet = /^( {0,3})([-*+]|\d{1,9}[.)])( +)(.*)$/s;

function list(lines: readonly string[], at: number, depth: number): Taken {
  const first = bullet.exec(lines[at] ?? "");
  if (first === null) return null;
  const ordered = /\d/.test(first[2] ?? "");
  const items: Item[] = [];
  let end = at;
  for (;;) {
    const found = bullet.exec(lines[end] ?? "");
    if (found === null || /\d/.test(found[2] ?? "") !== ordered) break;
    const [, indent = "", mark = "", gap = "", rest = ""] = found;
    const width = indent.length + mark.length + Math.min(gap.length, 4);
    const inner = [rest];
    end += 1;
    while (end < lines.length && belongs(lines, end, width)) {
      inner.push((lines[end] ?? "").replace(new RegExp(`^ {0,${width}}`), ""));
      end += 1;
    }
    items.push(itemOf(inner, depth));
  }
  return [{ kind: "list", ordered, start: Number.parseInt(first[2] ?? "1", 10) || 1, items }, end];
}

/** Indented below the item, or an empty line that something indented follows, or a paragraph that runs on. */
function belongs(lines: readonly string[], at: number, width: number): boolean {
  const line = lines[at] ?? "";
  if (line.trim() === "")
    return /^ +\S/.test(lines[at + 1] ?? "") && indentOf(lines[at + 1] ?? "") >= Math.min(width, 2);
  if (indentOf(line) >= Math.min(width, 2)) return true;
  return (lines[at - 1] ?? "").trim() !== "" && !startsBlock(line);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function itemOf(inner: string[], depth: number): Item {
  const box = /^\[([ xX])\] /.exec(inner[0] ?? "");
  if (box !== null) inner[0] = (inner[0] ?? "").slice(4);
  return { done: box === null ? null : box[1] !== " ", blocks: blocksOf(inner.join("\n"), depth + 1) };
}

function table(lines: readonly string[], at: number): Taken {
  const head = lines[at] ?? "";
  if (!head.includes("|") || !/^[\s|:-]+$/.test(lines[at + 1] ?? "") || !/-/.test(lines[at + 1] ?? "")) return null;
  if (!(lines[at + 1] ?? "").includes("|")) return null;
  let end = at + 2;
  while (end < lines.length && (lines[end] ?? "").includes("|")) end += 1;
  const rows = lines.slice(at + 2, end).map(cellsOf);
  return [{ kind: "table", head: cellsOf(head), rows }, end];
}

function cellsOf(line: string): Inline[][] {
  const trimmed = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return trimmed.split(/(?<!\\)\|/).map((cell) => inlinesOf(cell.trim().replaceAll("\\|", "|")));
}

function paragraph(lines: readonly string[], at: number): [Block, number] {
  let end = at + 1;
  while (end < lines.length && (lines[end] ?? "").trim() !== "" && !startsBlock(lines[end] ?? "")) end += 1;
  return [{ kind: "paragraph", content: inlinesOf(lines.slice(at, end).join("\n")) }, end];
}

function startsBlock(line: string): boolean {
  return /^ {0,3}(`{3}|~{3}|#{1,6}\s|>|[-*+] |\d{1,9}[.)] )/.test(line);
}
