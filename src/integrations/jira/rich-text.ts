import { markdownToAdf } from "marklassian";
import { z } from "zod";

/** A node of the Atlassian Document Format (https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/). */
type Node = {
  type: string;
  text?: string | undefined;
  attrs?: Record<string, unknown> | undefined;
  marks?: { type: string; attrs?: Record<string, unknown> | undefined }[] | undefined;
  content?: Node[] | undefined;
};
const Attributes = z.record(z.string(), z.unknown()).optional();
const Node: z.ZodType<Node> = z.lazy(() =>
  z.object({
    type: z.string(),
    text: z.string().optional(),
    attrs: Attributes,
    marks: z.array(z.object({ type: z.string(), attrs: Attributes })).optional(),
    content: z.array(Node).optional(),
  }),
);

/** Markdown as Jira Cloud takes it. Raw documents in the text, which the converter would take over, are text. */
export function documentOf(markdown: string): object {
  const { content, ...doc } = markdownToAdf(markdown.replace(/<(?=\/?adf)/gi, "&lt;"));
  // Pictures would have to be uploaded first.
  return { ...doc, content: content.filter(({ type }) => type !== "mediaSingle" && type !== "mediaGroup") };
}

/** Words of ours without any form, for what Jira does not take otherwise. */
export function plainDocument(text: string): object {
  const paragraphs = text.split(/\n{2,}/).filter((one) => one.trim() !== "");
  return {
    version: 1,
    type: "doc",
    content: paragraphs.map((one) => ({ type: "paragraph", content: [{ type: "text", text: one }] })),
  };
}

/** Markdown as Jira's own wiki text, for servers (https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all). */
export function wikiOf(markdown: string): string {
  return blocksOf(Node.parse(documentOf(markdown)), wiki).trim();
}

/** What people wrote, as text: of a document with its lists and its code, of wiki text as it is. */
export function textOf(body: unknown): string {
  if (typeof body === "string") return body.replaceAll("\r\n", "\n");
  const read = Node.safeParse(body);
  return read.success ? blocksOf(read.data, plain).trim() : "";
}

/** How the parts of a document are written down. */
type Dialect = {
  text(node: Node): string;
  heading(text: string, level: number): string;
  code(text: string, language: string): string;
  quote(text: string): string;
  item(text: string, depth: number, isNumbered: boolean): string;
};

const plain: Dialect = {
  text: ({ text = "", marks = [] }) => {
    const link = marks.find(({ type }) => type === "link")?.attrs?.href;
    const isCode = marks.some(({ type }) => type === "code");
    const shown = isCode ? `\`${text}\`` : text;
    return typeof link === "string" && link !== text ? `${shown} (${link})` : shown;
  },
  heading: (text, level) => `${"#".repeat(level)} ${text}`,
  code: (text, language) => `\`\`\`${language}\n${text}\n\`\`\``,
  quote: (text) => text.replace(/^/gm, "> "),
  item: (text, depth, isNumbered) => `${"  ".repeat(depth - 1)}${isNumbered ? "1." : "-"} ${text}`,
};

const wiki: Dialect = {
  text: ({ text = "", marks = [] }) => {
    const has = (name: string) => marks.some(({ type }) => type === name);
    const href = marks.find(({ type }) => type === "link")?.attrs?.href;
    const safe = text.replace(/[\\{}[\]*|!^~]|(?<!\w)[-+_]|[-+_](?!\w)/g, (mark) => `\\${mark}`);
    if (typeof href === "string")
      return `[${safe.replace(/\\?\|/g, " ")}|${href.replace(/[\]|\s]/g, encodeURIComponent)}]`;
    if (has("code")) return `{{${safe}}}`;
    if (has("strong")) return `*${safe}*`;
    return has("em") ? `_${safe}_` : safe;
  },
  heading: (text, level) => `h${level}. ${text}`,
  code: (text) => `{noformat}\n${text.replaceAll("{noformat}", "{ noformat }")}\n{noformat}`,
  quote: (text) => `{quote}\n${text}\n{quote}`,
  item: (text, depth, isNumbered) => `${(isNumbered ? "#" : "*").repeat(depth)} ${text}`,
};

const mostDepth = 20;

function blocksOf(node: Node, dialect: Dialect, depth = 0): string {
  if (depth > mostDepth) return "";
  const blocks = (node.content ?? []).map((child) => blockOf(child, dialect, depth + 1));
  return blocks.filter((block) => block !== "").join("\n\n");
}

function blockOf(node: Node, dialect: Dialect, depth: number): string {
  switch (node.type) {
    case "paragraph":
      return inlineOf(node, dialect);
    case "heading":
      return dialect.heading(inlineOf(node, dialect), Math.min(6, Math.max(1, Number(node.attrs?.level ?? 1))));
    case "codeBlock":
      return dialect.code(rawOf(node), String(node.attrs?.language ?? "").replace(/\W/g, ""));
    case "blockquote":
    case "panel":
      return dialect.quote(blocksOf(node, dialect, depth));
    case "bulletList":
    case "orderedList":
    case "taskList":
      return listOf(node, dialect, 1);
    case "rule":
      return "----";
    case "table":
      return (node.content ?? []).map((row) => rowOf(row, dialect, depth)).join("\n");
    case "text":
    case "mention":
    case "inlineCard":
    case "hardBreak":
    case "emoji":
      return pieceOf(node, dialect);
    default:
      return blocksOf(node, dialect, depth);
  }
}

function rowOf(row: Node, dialect: Dialect, depth: number): string {
  const cells = (row.content ?? []).map((cell) => blocksOf(cell, dialect, depth + 1).replace(/\n+/g, " "));
  return `| ${cells.join(" | ")} |`;
}

function listOf(list: Node, dialect: Dialect, depth: number): string {
  if (depth > mostDepth) return "";
  const lines = (list.content ?? []).flatMap((item) => {
    const isTask = item.type === "taskItem";
    const children = item.content ?? [];
    const isList = ({ type }: Node) => type === "bulletList" || type === "orderedList" || type === "taskList";
    const own = isTask
      ? inlineOf(item, dialect)
      : blocksOf({ type: "item", content: children.filter((child) => !isList(child)) }, dialect, depth);
    const nested = children.filter(isList).map((child) => listOf(child, dialect, depth + 1));
    return [dialect.item(own.replace(/\n+/g, " "), depth, list.type === "orderedList"), ...nested];
  });
  return lines.join("\n");
}

function inlineOf(node: Node, dialect: Dialect): string {
  return (node.content ?? []).map((child) => pieceOf(child, dialect)).join("");
}

function pieceOf(node: Node, dialect: Dialect): string {
  const named = (name: string) => (typeof node.attrs?.[name] === "string" ? String(node.attrs[name]) : "");
  switch (node.type) {
    case "text":
      return dialect.text(node);
    case "hardBreak":
      return "\n";
    case "mention":
    case "emoji":
      return named("text") || named("shortName");
    case "inlineCard":
      return named("url");
    default:
      return inlineOf(node, dialect);
  }
}

function rawOf(node: Node): string {
  return (node.content ?? []).map(({ text = "" }) => text).join("");
}
