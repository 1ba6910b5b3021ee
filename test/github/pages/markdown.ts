import { escapeHtml, Html } from "./html.ts";

/**
 * A small, safe renderer for the Markdown that issues and our own comments use: everything is escaped first, and only
 * markup that this file writes itself comes back. No raw HTML but <details>, <summary>, <sub>, <kbd> and <br>.
 */
export function markdown(source: string, links: { repository: string } | null = null): Html {
  const lines = source
    .replaceAll("\r\n", "\n")
    .replaceAll("\0", "")
    .replaceAll(/<!--[\s\S]*?(-->|$)/g, "")
    .split("\n");
  return new Html(blocks(lines, links));
}

type Links = { repository: string } | null;

interface Block {
  /** The HTML and how many lines it took; null when the block does not begin here. */
  read(lines: readonly string[], links: Links): { html: string; took: number } | null;
}

function takeWhile(lines: readonly string[], matches: (line: string, at: number) => boolean): string[] {
  const end = lines.findIndex((line, at) => !matches(line, at));
  return lines.slice(0, end < 0 ? lines.length : end);
}

const fence: Block = {
  read(lines) {
    const open = /^\s{0,3}(`{3,}|~{3,})\s*([\w+-]*)/.exec(lines[0] ?? "");
    const mark = open?.[1];
    if (!mark) return null;
    const inner = takeWhile(lines.slice(1), (line) => !line.trim().startsWith(mark));
    return { html: `<pre><code>${escapeHtml(inner.join("\n"))}</code></pre>`, took: inner.length + 2 };
  },
};

const heading: Block = {
  read(lines, links) {
    const match = /^(#{1,6})\s+(.*?)\s*#*$/.exec(lines[0] ?? "");
    const level = match?.[1]?.length;
    return match && level ? { html: `<h${level}>${inline(match[2] ?? "", links)}</h${level}>`, took: 1 } : null;
  },
};

const rule: Block = {
  read: (lines) => (/^\s{0,3}([-*_])(\s*\1){2,}\s*$/.test(lines[0] ?? "") ? { html: "<hr>", took: 1 } : null),
};

/** GitHub's folding parts; their tags must stand on lines of their own or around a one-line summary. */
const details: Block = {
  read(lines, links) {
    const line = (lines[0] ?? "").trim();
    const summary = /^(<details(?:\s+open)?>)?\s*<summary>(.*?)<\/summary>$/.exec(line);
    if (summary) {
      const open = summary[1] ? (summary[1].includes("open") ? "<details open>" : "<details>") : "";
      return { html: `${open}<summary>${inline(summary[2] ?? "", links)}</summary>`, took: 1 };
    }
    if (line === "<details>" || line === "<details open>" || line === "</details>") return { html: line, took: 1 };
    return null;
  },
};

const quote: Block = {
  read(lines, links) {
    const taken = takeWhile(lines, (line) => /^\s{0,3}>/.test(line));
    if (taken.length === 0) return null;
    const inner = taken.map((line) => line.replace(/^\s{0,3}>\s?/, ""));
    return { html: `<blockquote>${blocks(inner, links)}</blockquote>`, took: taken.length };
  },
};

function cells(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

const table: Block = {
  read(lines, links) {
    if (!(lines[0] ?? "").includes("|") || !/^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[1] ?? ""))
      return null;
    const body = takeWhile(lines.slice(2), (line) => line.includes("|"));
    const row = (line: string, tag: string): string =>
      `<tr>${cells(line)
        .map((cell) => `<${tag}>${inline(cell, links)}</${tag}>`)
        .join("")}</tr>`;
    const rows = body.map((line) => row(line, "td")).join("");
    const text = `<div class="scroll"><table><thead>${row(lines[0] ?? "", "th")}</thead><tbody>${rows}</tbody></table></div>`;
    return { html: text, took: body.length + 2 };
  },
};

const item = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;

const list: Block = {
  read(lines, links) {
    const first = item.exec(lines[0] ?? "");
    if (!first) return null;
    const indent = first[1]?.length ?? 0;
    const ordered = /\d/.test(first[2] ?? "");
    const taken = takeWhile(lines, (line, at) => {
      const match = item.exec(line);
      if (match && (match[1]?.length ?? 0) <= indent) {
        return (match[1]?.length ?? 0) === indent && /\d/.test(match[2] ?? "") === ordered;
      }
      if (line.trim() !== "")
        return at > 0 && (line.length - line.trimStart().length > indent || lines[at - 1]?.trim() !== "");
      const next = lines[at + 1] ?? "";
      return next.length - next.trimStart().length > indent || item.test(next);
    });
    const items: string[][] = [];
    for (const line of taken) {
      const match = item.exec(line);
      if (match && (match[1]?.length ?? 0) === indent) items.push([match[3] ?? ""]);
      else items.at(-1)?.push(line.slice(Math.min(line.length - line.trimStart().length, indent + 2)));
    }
    const tag = ordered ? "ol" : "ul";
    return { html: `<${tag}>${items.map((one) => listItem(one, links)).join("")}</${tag}>`, took: taken.length };
  },
};

function listItem([first = "", ...rest]: string[], links: Links): string {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(first);
  const box = task ? `<input type="checkbox" disabled${task[1] === " " ? "" : " checked"}> ` : "";
  const nested = rest.some((line) => line.trim() !== "") ? blocks(rest, links) : "";
  return `<li${task ? ' class="task"' : ""}>${box}${inline(task?.[2] ?? first, links)}${nested}</li>`;
}

const kinds: readonly Block[] = [fence, heading, rule, details, quote, table, list];

function blocks(lines: readonly string[], links: Links): string {
  const out: string[] = [];
  let paragraph: string[] = [];
  const flush = (): void => {
    if (paragraph.length > 0) out.push(`<p>${paragraph.map((line) => inline(line, links)).join("<br>")}</p>`);
    paragraph = [];
  };
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const rest = lines.slice(at);
    const read =
      line.trim() === ""
        ? null
        : kinds.reduce<ReturnType<Block["read"]>>((found, kind) => found ?? kind.read(rest, links), null);
    if (read) {
      flush();
      out.push(read.html);
      at += read.took;
      continue;
    }
    if (line.trim() === "") flush();
    else paragraph.push(line);
    at += 1;
  }
  flush();
  return out.join("\n");
}

/** Bold, code, links and the like in one line. */
function inline(source: string, links: Links): string {
  const kept: string[] = [];
  const keep = (text: string): string => `\0${kept.push(text) - 1}\0`;
  const text = source
    .replaceAll(/(`+)(.+?)\1(?!`)/g, (_all, _mark, code: string) =>
      keep(`<code>${escapeHtml(code.replace(/^ (.*) $/, "$1"))}</code>`),
    )
    .replaceAll(/\\([!-/:-@[-`{-~])/g, (_all, character: string) => keep(escapeHtml(character)));
  const marked = escapeHtml(text)
    .replaceAll(/!?\[([^\]]*)\]\(([^()\s]+)(?:\s+&quot;[^\n]*?&quot;)?\)/g, (all, label: string, target: string) =>
      /^(https?:\/\/|\/(?!\/)|#)/.test(target)
        ? `${keep(`<a href="${target}" rel="nofollow noreferrer">`)}${label}${keep("</a>")}`
        : all,
    )
    .replaceAll(/\bhttps?:\/\/[^\s<>()\0]*[^\s<>()\0.,;:!?'"&]/g, (url) =>
      keep(`<a href="${url}" rel="nofollow noreferrer">${url}</a>`),
    )
    .replaceAll(/\*\*(?=\S)(.+?)(?<=\S)\*\*/g, "<strong>$1</strong>")
    .replaceAll(/(?<![\w*])[*](?=[^\s*])([^*]+?)(?<=\S)[*](?![\w*])/g, "<em>$1</em>")
    .replaceAll(/(?<!\w)_(?=[^\s_])([^_]+?)(?<=\S)_(?!\w)/g, "<em>$1</em>")
    .replaceAll(/~~(?=\S)(.+?)(?<=\S)~~/g, "<del>$1</del>")
    .replaceAll(/&lt;(\/?)(sub|sup|kbd|b|i)&gt;/g, "<$1$2>")
    .replaceAll(/&lt;br\s*\/?&gt;/g, "<br>")
    .replaceAll(/(?<![\w&/#])#(\d+)\b/g, (all, number: string) =>
      links ? `<a href="/${escapeHtml(links.repository)}/issues/${number}">${all}</a>` : all,
    )
    .replaceAll(/(?<![\w/@.])@([a-zA-Z\d](?:[a-zA-Z\d-]{0,38}))/g, '<span class="mention">@$1</span>');
  return restore(marked, kept);
}

function restore(text: string, kept: readonly string[]): string {
  return text.replaceAll(/\0(\d+)\0/g, (_all, at: string) => restore(kept[Number(at)] ?? "", kept));
}
