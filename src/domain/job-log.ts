/** The instants between which a step ran, in milliseconds since 1970; null where GitHub does not say. */
export type StepTime = { from: number | null; to: number | null };

/** What is kept of a log that goes by: the step's first lines, its last lines and whatever names a failed test. */
export type LogWindow = {
  /** One line of the job's log as GitHub keeps it, with its time in front. */
  add(line: string): void;
  end(): { text: string | null; tests: string[] };
};

const firstLines = 20;
const lastLines = 180;
const lineCharacters = 600;
const mostTests = 30;
/** GitHub gives the times of steps in whole seconds. */
const roundingMs = 1_000;

export function windowOf(startedAt: string | null, completedAt: string | null): StepTime {
  return {
    from: startedAt === null ? null : Date.parse(startedAt),
    to: completedAt === null ? null : Date.parse(completedAt),
  };
}

/** @param step null for the whole log, where no step is known to have failed */
export function openLogWindow(step: StepTime | null): LogWindow {
  const first: string[] = [];
  const last: string[] = [];
  const tests = new Set<string>();
  let left = 0;
  let isOver = false;
  return {
    add(raw) {
      const { at, text } = partsOf(raw);
      if (step !== null && !isWithin(at, step)) return;
      const line = plainLine(text);
      if (line === null) return;
      // What follows the step's own failure within the same second belongs to the steps after it.
      if (isOver) return;
      isOver = step !== null && /^Error: Process completed with exit code \d+/.test(line);
      const test = failedTestIn(line);
      if (test !== null && tests.size < mostTests) tests.add(test);
      if (first.length < firstLines) first.push(line);
      else {
        last.push(line);
        if (last.length > lastLines) {
          last.shift();
          left += 1;
        }
      }
    },
    end: () => {
      const gap = left === 0 ? [] : [`[${left} lines left out]`];
      const text = [...first, ...gap, ...last].join("\n").trim();
      return { text: text === "" ? null : text, tests: [...tests] };
    },
  };
}

function isWithin(at: number | null, { from, to }: StepTime): boolean {
  if (at === null) return true;
  return (from === null || at >= from) && (to === null || at < to + roundingMs);
}

const stamp = /^\ufeff?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z) ?/;

function partsOf(raw: string): { at: number | null; text: string } {
  const found = stamp.exec(raw);
  if (found === null) return { at: null, text: raw };
  return { at: Date.parse((found[1] ?? "").replace(/(\.\d{3})\d*Z$/, "$1Z")), text: raw.slice(found[0].length) };
}

/** Colours, cursor movements and titles of terminals: ESC [ … letter, and ESC ] … BEL. */
const sequences = /\p{Cc}\[[0-9;:?]*[ -/]*[@-~]|\p{Cc}\][^\p{Cc}]{0,500}\p{Cc}?/gu;

/** A line as a person reads it; null for those that only fold GitHub's page. */
function plainLine(text: string): string | null {
  // A progress bar draws over itself: its last state counts.
  const shown = text.replace(/\r+$/, "").split("\r").at(-1) ?? "";
  const plain = shown
    .replace(sequences, "")
    .replace(/[^\P{Cc}\t]/gu, "")
    .trimEnd();
  if (plain === "##[endgroup]") return null;
  const words = plain.replace(/^##\[(error|warning)\]/, (_, kind) => (kind === "error" ? "Error: " : "Warning: "));
  const line = words.replace(/^##\[(?:group|command|debug|notice|section)\]/, "");
  return line.length > lineCharacters ? `${line.slice(0, lineCharacters).toWellFormed()} …` : line;
}

/** As test programs name what failed: Vitest and Jest, Mocha, TAP, pytest, Go, Cargo, JUnit and .NET. */
const patterns: readonly RegExp[] = [
  /^\s*(?:FAIL|❯ FAIL)\s+(\S.{2,200})$/,
  /^\s*[✗✕×✖]\s+(\S.{2,200}?)(?:\s+\(?\d+(?:\.\d+)?\s*m?s\)?)?$/,
  /^\s*●\s+(\S.{2,200} › .+)$/,
  /^\s*not ok \d+ -? ?(\S.{1,200}?)(?:\s+# .*)?$/,
  /^FAILED\s+(\S+::\S.{0,200}?)(?: - .*)?$/,
  /^\s*--- FAIL: (\S+)/,
  /^test (\S+) \.\.\. FAILED$/,
  /^\s*Failed (\S.{2,200}) \[\d+ m?s\]$/,
];

function failedTestIn(line: string): string | null {
  if (line.length > 400) return null;
  for (const pattern of patterns) {
    const name = pattern.exec(line)?.[1];
    if (name !== undefined) return name.trim();
  }
  return null;
}
