import { inlinesOf } from "../domain/markdown-inline.ts";
import { firstLine, visible } from "../domain/visible.ts";
import { inline } from "./markdown.tsx";

/** A reason: its sentence, and below it what a program printed, where that is part of it. */
export function Sentence({ text }: { text: string }) {
  const shown = visible(text);
  const first = firstLine(shown);
  const rest = shown.slice(first.length).trim();
  return (
    <>
      <p>{inlinesOf(first).map(inline)}</p>
      {rest === "" ? null : <pre>{rest}</pre>}
    </>
  );
}
