/**
 * What may stand on every command line, and is about nothing but what is shown: `--json=name,status` (or `--json
 * name,status`) picks fields, `--quiet` leaves the talk out. Read before the parser, which the quick commands never load.
 */
import { UsageError } from "./errors.ts";

export type Showing = { args: readonly string[]; fields: readonly string[] | null; isQuiet: boolean };

const list = /^[a-z][A-Za-z]*(,[a-z][A-Za-z]*)+$/;

/** Takes these out of a command line; nothing behind `--` is touched. */
export function showingOf(args: readonly string[]): Showing {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const kept: string[] = [];
  let fields: string[] | null = null;
  let isQuiet = false;
  for (let at = 0; at < end; at += 1) {
    const arg = args[at] ?? "";
    const next = at + 1 < end ? (args[at + 1] ?? "") : "";
    if (arg === "--quiet") isQuiet = true;
    else if (arg.startsWith("--json=")) {
      fields = namesIn(arg.slice("--json=".length));
      kept.push("--json");
    } else if (arg === "--json" && list.test(next)) {
      fields = namesIn(next);
      kept.push("--json");
      at += 1;
    } else kept.push(arg);
  }
  return { args: [...kept, ...args.slice(end)], fields, isQuiet };
}

/**
 * The answer with only these fields of the things in it: `{ tasks: [{ name, … }] }` stays an object with `tasks`; of an
 * answer with nothing in it but words and numbers, they are its own.
 * @throws UsageError for a field that none of them can have
 */
export function picked(answer: unknown, fields: readonly string[]): unknown {
  if (!isObject(answer)) return answer;
  const things = Object.values(answer)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isObject);
  if (things.length === 0) return ofItself(answer, fields);
  const known = new Set(things.flatMap((thing) => Object.keys(thing)));
  const unknown = fields.filter((field) => !known.has(field));
  if (unknown.length > 0) throw noField(unknown, known);
  const pick = (value: unknown) =>
    isObject(value)
      ? Object.fromEntries(fields.flatMap((field) => (field in value ? [[field, value[field]]] : [])))
      : value;
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [name, Array.isArray(value) ? value.map(pick) : pick(value)]),
  );
}

function ofItself(answer: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  const unknown = fields.filter((field) => !Object.hasOwn(answer, field));
  if (unknown.length === 0) return Object.fromEntries(fields.map((field) => [field, answer[field]]));
  // What an empty list would hold is not known here.
  if (Object.values(answer).some((value) => Array.isArray(value) && value.length === 0)) return answer;
  throw noField(unknown, new Set(Object.keys(answer)));
}

function noField(unknown: readonly string[], known: ReadonlySet<string>): UsageError {
  return new UsageError(`There is no field ${unknown.join(", ")}.`, `Those there are: ${[...known].sort().join(", ")}`);
}

function namesIn(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.some((name) => name === "")) {
    throw new UsageError("--json= needs the names of fields.", "For example: --json=name,status");
  }
  return names;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
