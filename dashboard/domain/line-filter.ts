import type { LogLine } from "#protocol/report.ts";
import type { TaskLine } from "./line-merge.ts";

/** Which lines are shown, as the URL says. */
export type LineFilter = {
  task: string | null;
  runner: string | null;
  kind: LogLine["kind"] | null;
  /** `error` is what tells of a failure; a kind is that one and what matters more. */
  level: Level | null;
  /** Only what is younger than so many minutes. */
  minutes: number | null;
  /** Words, or with `isPattern` a regular expression. */
  text: string;
  isPattern: boolean;
};

export const spans = { 15: "Last 15 minutes", 60: "Last hour", 1440: "Last day", 10080: "Last week" } as const;

/** What each level lets through, as the server has it. */
const kindsOf = {
  error: ["result", "step", "note"],
  note: ["note"],
  step: ["note", "step"],
  say: ["note", "step", "say"],
} as const satisfies Record<string, readonly LogLine["kind"][]>;

export type Level = keyof typeof kindsOf;
export const levels = {
  error: "Errors",
  note: "Notes",
  step: "Notes and steps",
  say: "Notes, steps, words",
} as const satisfies Record<Level, string>;

export function lineFilterOf(query: URLSearchParams): LineFilter {
  const minutes = Number(query.get("minutes"));
  return {
    task: query.get("task"),
    runner: query.get("runner"),
    kind: query.get("kind") as LogLine["kind"] | null,
    level: (query.get("level") ?? "") in kindsOf ? (query.get("level") as Level) : null,
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
  runnerOf: (task: string, run: number | null) => string | null,
  now: number,
): ((one: TaskLine) => boolean) | string {
  const fits = textTest(filter);
  if (typeof fits === "string") return fits;
  const since = filter.minutes === null ? "" : new Date(now - filter.minutes * 60_000).toISOString();
  const kinds: readonly string[] | null = filter.level === null ? null : kindsOf[filter.level];
  return ({ task, run, line }) =>
    (filter.task === null || task === filter.task) &&
    (filter.kind === null || line.kind === filter.kind) &&
    (filter.runner === null || runnerOf(task, run) === filter.runner) &&
    (kinds === null || (kinds.includes(line.kind) && (filter.level !== "error" || isError(line)))) &&
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
export function lineName({ task, line }: Pick<TaskLine, "task" | "line">): string {
  let hash = 0x811c9dc5;
  for (const letter of `${line.kind} ${line.text}`)
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return `${task}@${line.at}~${hash.toString(36)}`;
}

/** The task and the instant in a line's name; null where it is none. */
export function placeOf(name: string): { task: string; at: string } | null {
  const [, task, at] = /^(TASK-[1-9]\d{0,8})@(\d{4}-\d\d-\d\dT[\d:.]{8,12}Z)(~[0-9a-z]+)?$/.exec(name) ?? [];
  return task === undefined || at === undefined ? null : { task, at };
}

/** What lines are, by their kind. */
export const kindWords = {
  say: "says",
  think: "thinks",
  tool: "tool calls",
  result: "results",
  step: "steps",
  note: "notes",
} as const;

/** Whether the filter lets anything through. */
export function isOpenFilter(filter: LineFilter): boolean {
  const { task, runner, kind, level, minutes, text } = filter;
  return text === "" && [task, runner, kind, level, minutes].every((one) => one === null);
}
