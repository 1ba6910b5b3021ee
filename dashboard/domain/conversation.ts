import type { LogLine } from "#protocol/report.ts";

/** A run's log as a conversation: a tool call goes with its result. `key` is stable while lines are added. */
export type Entry =
  | { kind: "say" | "think" | "note" | "step"; key: number; line: LogLine }
  | { kind: "call"; key: number; tool: string; argument: string; line: LogLine; result: LogLine | null }
  /** Claude kept its own list, which the page shows beside: `added` is what is new on it. */
  | { kind: "plan"; key: number; line: LogLine; added: string[] };

type Call = Extract<Entry, { kind: "call" }>;
const planning = /^(TodoWrite|Task(Create|Update|List|Get))$/;

/**
 * Lines carry no ids of tool calls, but results come in the order of their calls: each goes to the oldest call
 * that is still without one. What a new run says belongs to none of the earlier calls.
 */
export function conversationOf(lines: readonly LogLine[]): Entry[] {
  const entries: Entry[] = [];
  /** Null stands for a call whose result is of no interest. */
  let open: (Call | null)[] = [];
  for (const [key, line] of lines.entries()) {
    if (line.kind === "tool") {
      const call: Call = { kind: "call", key, line, result: null, ...callOf(line.text) };
      const isPlan = planning.test(call.tool);
      open.push(isPlan ? null : call);
      if (isPlan) plan(entries, call);
      else entries.push(call);
    } else if (line.kind === "result") {
      const call = open.shift();
      if (call === undefined) entries.push({ kind: "note", key, line });
      else if (call !== null) call.result = line;
    } else {
      // Claude speaks again only when it has all results.
      if (line.kind === "say" || line.kind === "think") open = [];
      entries.push({ kind: line.kind, key, line });
    }
  }
  return entries;
}

/** Several in a row are one entry. */
function plan(entries: Entry[], { key, line, tool, argument }: Call): void {
  const last = entries.at(-1);
  const added = tool === "TaskCreate" ? [argument] : [];
  if (last?.kind === "plan") last.added.push(...added);
  else entries.push({ kind: "plan", key, line, added });
}

/** "Bash npm test" is the tool Bash with its telling argument. */
function callOf(text: string): { tool: string; argument: string } {
  const space = text.indexOf(" ");
  return space < 0 ? { tool: text, argument: "" } : { tool: text.slice(0, space), argument: text.slice(space + 1) };
}

/** Whether a tool's result tells of a failure, as the runner marks it. */
export function isFailure(result: LogLine): boolean {
  return result.text.startsWith("error: ");
}
