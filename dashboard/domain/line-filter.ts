import type { LogLine } from "#protocol/report.ts";

/** Which lines are shown, as the URL says. */
export type LineFilter = {
  task: string | null;
  runner: string | null;
  kind: LogLine["kind"] | null;
  /** `error`: what tells of a failure. */
  level: "error" | null;
  /** Only what is younger than so many minutes. */
  minutes: number | null;
  /** Words, or with `isPattern` a regular expression. */
  text: string;
  isPattern: boolean;
};

export const spans = { 15: "Last 15 minutes", 60: "Last hour", 1440: "Last day" } as const;

export function lineFilterOf(query: URLSearchParams): LineFilter {
  const minutes = Number(query.get("minutes"));
  return {
    task: query.get("task"),
    runner: query.get("runner"),
    kind: query.get("kind") as LogLine["kind"] | null,
    level: query.get("level") === "error" ? "error" : null,
    minutes: minutes in spans ? minutes : null,
    text: query.get("q") ?? "",
    isPattern: query.get("regex") === "1",
  };
}

/** Lines are at most this long where a pattern is tried on them: one that goes astray costs little. */
const triedLength = 2_000;

/**
 * @param runnerOf the runner that a task's newest run is on
 * @param now milliseconds since 1970
 * @returns asks for each line whether it is shown; a sentence where the pattern is none
 */
export function lineTest(
  filter: LineFilter,
  runnerOf: (task: string) => string | null,
  now: number,
): ((task: string, line: LogLine) => boolean) | string {
  const fits = textTest(filter);
  if (typeof fits === "string") return fits;
  const since = filter.minutes === null ? "" : new Date(now - filter.minutes * 60_000).toISOString();
  return (task, line) =>
    (filter.task === null || task === filter.task) &&
    (filter.kind === null || line.kind === filter.kind) &&
    (filter.runner === null || runnerOf(task) === filter.runner) &&
    (filter.level === null || isError(line)) &&
    line.at >= since &&
    fits(line.text);
}

/** Words are found one by one, in any order; what stands in quotes as it stands. */
function textTest({ text, isPattern }: LineFilter): ((text: string) => boolean) | string {
  if (!isPattern) {
    const words = [...text.toLowerCase().matchAll(/"([^"]+)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? "");
    return (line) => {
      const lower = words.length === 0 ? "" : line.toLowerCase();
      return words.every((word) => lower.includes(word));
    };
  }
  try {
    const pattern = new RegExp(text, "i");
    return (line) => pattern.test(line.slice(0, triedLength));
  } catch (error) {
    return error instanceof Error ? error.message : "This is no regular expression.";
  }
}

/** Whether a line tells of a failure, as the runner marks it. */
export function isError(line: LogLine): boolean {
  return line.kind === "result"
    ? line.text.startsWith("error: ")
    : /^(step|note)$/.test(line.kind) && /fail|error|ended with [1-9]/i.test(line.text);
}

/** How a line is named in an address. */
export function lineName(task: string, line: LogLine): string {
  return `${task}@${line.at}`;
}
