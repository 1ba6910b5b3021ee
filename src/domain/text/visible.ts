import { codePointName, replaceHidden } from "./characters.ts";

const encoder = new TextEncoder();

/** UTF-8 bytes of the text. */
export function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

/** The text with every character shown that a person would not see. */
export function showHidden(text: string): string {
  const whole = text.toWellFormed().replace(/\r\n?/g, "\n");
  return replaceHidden(whole, (run) => {
    const names = Array.from(new Set(run), codePointName);
    return `[${names.slice(0, 3).join(" ")}${names.length > 3 ? " …" : ""}]`;
  });
}

/** The text without anything that could be taken for a marker of ours, also where code keeps it as it is. */
export function withoutMarkers(text: string): string {
  return text.replace(/<!--(?=\s{0,9}cc-orchestrator)/gi, "<!- -");
}
