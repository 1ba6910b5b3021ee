/** What Claude Code's tool calls mean in a few words, for people who watch. Tool names: `claude` 2.1.197, init.tools. */
import { oneLine } from "./text.ts";

/** A tool's input as far as it is known: any JSON object. */
export type ToolInput = Readonly<Record<string, unknown>>;

const ARGUMENT: Readonly<Record<string, string>> = {
  Bash: "command",
  Read: "file_path",
  Edit: "file_path",
  MultiEdit: "file_path",
  Write: "file_path",
  NotebookEdit: "notebook_path",
  Glob: "pattern",
  Grep: "pattern",
  WebFetch: "url",
  WebSearch: "query",
  Agent: "description",
  Task: "description",
  Skill: "skill",
  TaskCreate: "subject",
};

const DOING: Readonly<Record<string, string>> = {
  Bash: "running:",
  Read: "reading",
  Edit: "editing",
  MultiEdit: "editing",
  Write: "writing",
  NotebookEdit: "editing",
  Glob: "looking for",
  Grep: "searching for",
  WebFetch: "fetching",
  WebSearch: "searching the web for",
  Agent: "subagent:",
  Task: "subagent:",
  TaskCreate: "planning:",
};

/** The argument that tells most, on one line of at most 200 characters. Empty when nothing does. */
export function summaryOf(name: string, input: ToolInput): string {
  const known = input[ARGUMENT[name] ?? ""];
  const value = known ?? Object.values(input).find((each) => typeof each === "string");
  if (typeof value !== "string") return "";
  return oneLine(value, 200);
}

/** A tool call as an activity: "running: npm test", "editing src/a.ts". At most 120 characters. */
export function activityOf(name: string, summary: string): string {
  if (/^(TodoWrite|Task(Update|List|Get))$/.test(name)) return "planning the work";
  return oneLine(`${DOING[name] ?? `using ${name}`} ${summary}`, 120);
}

/** The text with the paths below `cwd` as the people of the repository know them. */
export function relativeTo(cwd: string | null, text: string): string {
  return cwd === null || cwd === "" ? text : text.replaceAll(`${cwd}/`, "");
}
