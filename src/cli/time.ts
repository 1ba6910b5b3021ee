const units = [
  { name: "d", seconds: 86_400 },
  { name: "h", seconds: 3_600 },
  { name: "min", seconds: 60 },
] as const;

/** How long ago an instant was, in one word: "now", "5 min", "3 h", "12 d". */
export function ago(instant: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(instant)) / 1_000);
  for (const { name, seconds: size } of units) if (seconds >= size) return `${Math.floor(seconds / size)} ${name}`;
  return seconds < 5 ? "now" : `${Math.floor(seconds)} s`;
}

/** The time of day on this machine, as 14:05:09. */
export function clockTime(instant: string): string {
  return new Date(instant).toLocaleTimeString("en-GB");
}
