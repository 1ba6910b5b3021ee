/** GitHub takes 65,536 bytes in a body and 65,535 characters in a check run's summary; some room is left for its ways. */
export const bodyLimitBytes = 60_000;

const note = "\n\n_The rest is left out: GitHub takes no longer text here._";

/** The text in at most `limit` UTF-8 bytes, with a note at the end where something had to go. */
export function boundedText(text: string, limit: number = bodyLimitBytes): string {
  if (Buffer.byteLength(text) <= limit) return text;
  return firstBytes(text, limit - Buffer.byteLength(note)) + note;
}

/** A single line in at most `limit` characters, with … where something had to go. */
export function boundedTitle(text: string, limit: number): string {
  const letters = [...text];
  return letters.length <= limit ? text : `${letters.slice(0, limit - 1).join("")}…`;
}

/** The longest beginning of whole characters that fits. */
function firstBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text).subarray(0, Math.max(0, limit));
  return new TextDecoder().decode(bytes, { stream: true });
}
