import type { ComponentChildren, VNode } from "preact";
import { useMemo } from "preact/hooks";
import { type Block, blocksOf, type Item } from "../domain/markdown.ts";
import type { Inline } from "../domain/markdown-inline.ts";
import { CopyButton } from "./button.tsx";
import { OutLink } from "./link.tsx";

/** Claude's Markdown as elements. Text stays text: nothing here takes HTML. */
export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => blocksOf(text), [text]);
  return <div class="markdown">{blocks.map(block)}</div>;
}

function block(of: Block, key: number): VNode {
  switch (of.kind) {
    case "paragraph":
      return <p key={key}>{of.content.map(inline)}</p>;
    case "heading":
      // Its own headings would break the page's outline: they look like headings, and are read as such two levels down.
      return (
        // biome-ignore lint/a11y/useSemanticElements: its level is only known here
        <p key={key} class={`heading level-${of.level}`} role="heading" aria-level={Math.min(6, of.level + 2)}>
          {of.content.map(inline)}
        </p>
      );
    case "code":
      return (
        <div key={key} class="code-block">
          <pre>
            <code>{of.text}</code>
          </pre>
          <CopyButton text={of.text} />
        </div>
      );
    case "quote":
      return <blockquote key={key}>{of.blocks.map(block)}</blockquote>;
    case "list":
      return of.ordered ? (
        <ol key={key} start={of.start}>
          {of.items.map(item)}
        </ol>
      ) : (
        <ul key={key}>{of.items.map(item)}</ul>
      );
    case "table":
      return (
        <div key={key} class="table-scroll">
          <table>
            <thead>
              <tr>{of.head.map((cell, at) => cellOf("th", cell, at))}</tr>
            </thead>
            <tbody>
              {of.rows.map((row, at) => (
                <tr key={at}>{row.map((cell, column) => cellOf("td", cell, column))}</tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    case "rule":
      return <hr key={key} />;
  }
}

function cellOf(Cell: "th" | "td", content: readonly Inline[], key: number): VNode {
  return <Cell key={key}>{content.map(inline)}</Cell>;
}

function item({ done, blocks }: Item, key: number): VNode {
  const [first] = blocks;
  // A list of short items has no paragraphs in it.
  const isTight =
    blocks.length > 0 && first?.kind === "paragraph" && blocks.slice(1).every(({ kind }) => kind === "list");
  const content =
    isTight && first?.kind === "paragraph"
      ? [first.content.map(inline), blocks.slice(1).map(block)]
      : blocks.map(block);
  return (
    <li key={key} class={done === null ? "" : "task-item"}>
      {done === null ? null : <input type="checkbox" checked={done} disabled aria-label={done ? "done" : "to do"} />}
      {content}
    </li>
  );
}

/** A piece of a line as elements. */
export function inline(of: Inline, key: number): ComponentChildren {
  switch (of.kind) {
    case "text":
      return of.text;
    case "code":
      return <code key={key}>{of.text}</code>;
    case "strong":
      return <strong key={key}>{of.content.map(inline)}</strong>;
    case "em":
      return <em key={key}>{of.content.map(inline)}</em>;
    case "del":
      return <del key={key}>{of.content.map(inline)}</del>;
    case "link":
      return (
        <OutLink key={key} to={of.to} title={of.to}>
          {of.content.map(inline)}
        </OutLink>
      );
  }
}
