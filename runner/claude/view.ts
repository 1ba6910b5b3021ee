/**
 * The live view that people see in an instance's terminal: one line of Claude's stream becomes a few readable lines.
 * Each line is rendered on its own, so a view can start anywhere in a transcript.
 * The only escape sequences in it are our own colours; everything from outside goes through `printable` (S39).
 */
import type { StreamEvent, Todo, TodoChanged, TurnEnd } from "./events.ts";
import { parseLine } from "./stream.ts";
import { oneLine, shorten, wrap } from "./text.ts";

type Paint = (text: string) => string;
const sgr =
  (open: number, close: number): Paint =>
  (text) =>
    text === "" ? "" : `\u001b[${open}m${text}\u001b[${close}m`;
const bold = sgr(1, 22);
const dim = sgr(2, 22);
const red = sgr(31, 39);
const green = sgr(32, 39);
const yellow = sgr(33, 39);
const cyan = sgr(36, 39);

/** A result shows this many lines, the rest as "… 12 more lines". */
const RESULT_LINES = 4;
const THINKING_LINES = 3;

/**
 * The lines to show for one line of the transcript, coloured, each at most `columns` wide and without a line end.
 * Empty for what people need not see (usage, unknown types). Never throws.
 */
export function renderLine(line: string, columns: number): string[] {
  const events = parseLine(line);
  // A change of the todo list says more than the tool's own "Updated task #1 status".
  const told = events.some((event) => event.kind === "todoChanged" || event.kind === "todos");
  const shown = told ? events.filter((event) => event.kind !== "toolResult") : events;
  return shown.flatMap((event) => renderEvent(event, Math.max(20, columns)));
}

/** The lines to show for one event. */
export function renderEvent(event: StreamEvent, columns: number): string[] {
  switch (event.kind) {
    case "started":
      return [
        dim(oneLine(`── Claude Code ${event.version} · ${event.model} · session ${event.sessionId} ──`, columns)),
      ];
    case "text":
      return ["", ...marked("●", event.text, columns, { agent: event.agent })];
    case "thinking":
      return marked("✻", event.text, columns, { agent: event.agent, limit: THINKING_LINES, paint: dim });
    case "tool":
      return [toolLine(event.name, event.summary, columns, event.agent)];
    case "toolResult":
      return resultLines(event.excerpt, event.isError, columns, event.agent);
    case "todos":
      return event.todos.map((todo) => todoLine(todo, columns));
    case "todoChanged":
      return [changeLine(event, columns)];
    case "limit":
      return event.status === "rejected" ? [yellow("■ The plan's usage limit is reached")] : [];
    case "retry":
      return [
        yellow(
          oneLine(
            `↻ The model's API answered ${event.status ?? "nothing"} (${event.error}); try ${event.attempt} of ${event.maxRetries} in ${Math.ceil(event.delayMs / 1000)} s`,
            columns,
          ),
        ),
      ];
    case "replayed":
      return ["", ...marked("❯", event.text, columns, { limit: 12, paint: cyan })];
    case "interrupted":
      return [yellow("■ Interrupted")];
    case "turnEnded":
      return turnLines(event, columns);
    case "unreadable":
      return event.length > 100_000
        ? [dim(`… a line of ${event.length} characters`)]
        : [dim(oneLine(event.excerpt, columns))];
    case "usage":
    case "unknown":
      return [];
  }
}

/** Wrapped text behind a mark, later lines under its first letter; a subagent's stands one step further right. */
function marked(
  mark: string,
  text: string,
  columns: number,
  look: { agent?: string | null; limit?: number; paint?: Paint },
): string[] {
  const paint: Paint = look.paint ?? ((same) => same);
  const inset = typeof look.agent === "string" ? "  │ " : "";
  const lines = folded(wrap(text.trim(), columns - inset.length - 2), look.limit ?? 400);
  return lines.map((line, at) => `${dim(inset)}${at === 0 ? paint(`${mark} `) : "  "}${paint(line)}`.trimEnd());
}

function toolLine(name: string, summary: string, columns: number, agent: string | null): string {
  const inset = agent === null ? "" : "  │ ";
  const room = columns - inset.length - 3 - name.length;
  return `${dim(inset)}${green("●")} ${bold(shorten(name, columns - inset.length - 2))} ${room > 4 ? oneLine(shortPath(summary), room) : ""}`.trimEnd();
}

/** Of a long absolute path only the end tells something. */
function shortPath(text: string): string {
  const parts = /^\/\S+$/.test(text) ? text.split("/") : [];
  return parts.length > 5 ? `…/${parts.slice(-3).join("/")}` : text;
}

function resultLines(excerpt: string, isError: boolean, columns: number, agent: string | null): string[] {
  const inset = agent === null ? "" : "  │ ";
  const paint = isError ? red : dim;
  const text = excerpt.trim() === "" ? "(no output)" : excerpt.trimEnd();
  const lines = folded(text.split("\n"), RESULT_LINES).map((line) =>
    shorten(line.trimEnd(), columns - inset.length - 4),
  );
  return lines.map((line, at) => `${dim(inset)}${dim(at === 0 ? "  ⎿ " : "    ")}${paint(line)}`.trimEnd());
}

function folded(lines: readonly string[], limit: number): string[] {
  if (lines.length <= limit + 1) return [...lines];
  return [...lines.slice(0, limit), `… ${lines.length - limit} more lines`];
}

function todoLine(todo: Todo, columns: number): string {
  const content = oneLine(todo.content, columns - 6);
  if (todo.status === "completed") return `  ${green("☒")} ${dim(content)}`;
  return todo.status === "in_progress" ? `  ${yellow("◐")} ${bold(content)}` : `  ☐ ${content}`;
}

function changeLine(change: TodoChanged, columns: number): string {
  if (change.status === "deleted") return dim(`  ✗ #${oneLine(change.id, 20)}`);
  const content = change.content === null ? `#${change.id}` : `#${change.id} ${change.content}`;
  return todoLine({ id: change.id, content, status: change.status ?? "pending" }, columns);
}

function turnLines(turn: TurnEnd, columns: number): string[] {
  const tokens = turn.tokens.input + turn.tokens.cacheRead + turn.tokens.cacheWrite;
  const numbers = `${turn.numTurns} ${turn.numTurns === 1 ? "turn" : "turns"} · ${amount(tokens)} tokens in, ${amount(turn.tokens.output)} out · $${turn.costUsd.toFixed(4)}`;
  if (turn.deferred !== null) return ["", yellow(oneLine(`■ Waiting for an answer · ${numbers}`, columns))];
  if (!turn.isError) return ["", green(oneLine(`✔ Turn done · ${numbers}`, columns))];
  return [
    "",
    red(oneLine(`✘ Turn failed: ${turn.text || turn.subtype}`, columns)),
    dim(oneLine(`  ${numbers}`, columns)),
  ];
}

function amount(count: number): string {
  return count < 10_000 ? String(count) : `${Math.round(count / 1000)}k`;
}
