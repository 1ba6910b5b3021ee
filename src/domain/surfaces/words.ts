import { bytesOf, showHidden, withoutMarkers } from "../text/visible.ts";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `21 Nov, 14:05 UTC` of milliseconds since 1970. */
export function instant(at: number): string {
  const date = new Date(at);
  const time = date.toISOString().slice(11, 16);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]}, ${time} UTC`;
}

/** A length of time in whole minutes: `12 min`, `3 h 5 min`. */
export function duration(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `$0.84` */
export function dollars(usd: number): string {
  return `$${usd.toFixed(2)}`;
}

/** `950`, `34k`, `1.2M` */
export function amount(count: number): string {
  if (count < 1_000) return String(count);
  if (count < 1_000_000) return `${Math.round(count / 1_000)}k`;
  return `${(count / 1_000_000).toFixed(1)}M`;
}

/** `1 commit`, `3 commits` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Outside text as one code span of at most `maxChars` characters. */
export function code(text: string, maxChars = 200): string {
  const plain = withoutMarkers(showHidden(text.slice(0, maxChars * 2)))
    .replace(/\s+/g, " ")
    .trim();
  const characters = Array.from(plain);
  const cut = characters.length > maxChars ? `${characters.slice(0, maxChars - 1).join("")}…` : plain;
  const mark = "`".repeat(longestRun(cut) + 1);
  const space = cut.startsWith("`") || cut.endsWith("`") ? " " : "";
  return cut === "" ? "" : `${mark}${space}${cut}${space}${mark}`;
}

/** Outside text as a block of code; of a long one the end, at most `maxBytes` of it in UTF-8. */
export function codeBlock(text: string, maxBytes: number): string {
  const plain = withoutMarkers(showHidden(text.slice(-maxBytes))).trimEnd();
  const bytes = new TextEncoder().encode(plain);
  const isCut = bytes.length > maxBytes || text.length > maxBytes;
  const end = new TextDecoder().decode(bytes.subarray(-maxBytes)).replace(/^\ufffd+/, "");
  // Other apps look for commands at the start of a line, and not all of them know code when they see it.
  const kept = `${isCut ? "…\n" : ""}${end}`.replace(/^\/(?=[A-Za-z])/gm, " /");
  const mark = "`".repeat(Math.max(3, longestRun(kept) + 1));
  return `${mark}text\n${kept}\n${mark}`;
}

/** As many of the lines as fit into `maxBytes`, and how many more there are. */
export function listed(lines: readonly string[], maxBytes: number): string {
  let left = maxBytes;
  const fitting = lines.findIndex((line) => {
    left -= bytesOf(line) + 1;
    return left < 0;
  });
  if (fitting === -1) return lines.join("\n");
  return [...lines.slice(0, fitting), `- and ${lines.length - fitting} more`].join("\n");
}

/** A part that is folded until somebody opens it. The title is ours, never outside text. */
export function folded(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;
}

function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), (run) => run[0].length));
}
