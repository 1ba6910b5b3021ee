import type { Task } from "#protocol/task.ts";
import type { JiraStatus, JiraTransition } from "./ticket.ts";

/** What a task is for whoever plans in Jira. */
export const jiraStates = ["queued", "working", "waiting", "review", "done", "failed"] as const;
export type JiraState = (typeof jiraStates)[number];

/** The names of a project's statuses for each state; null where the ticket is not to be moved. */
export type StateMap = Readonly<Partial<Record<JiraState, string | null>>>;

/** The category of statuses that stands for a state where the project names none; null leaves the ticket where it is. */
const categories = {
  queued: null,
  working: "indeterminate",
  waiting: null,
  review: "indeterminate",
  done: "done",
  failed: null,
} as const satisfies Record<JiraState, string | null>;

const categoryWords: Readonly<Record<string, string>> = { indeterminate: "in progress", done: "done", new: "to do" };

export function jiraStateOf(task: Pick<Task, "status" | "conclusion">): JiraState {
  switch (task.status) {
    case "queued":
    case "blocked":
      return "queued";
    case "in_progress":
      return "working";
    case "waiting":
      return "waiting";
    case "in_review":
      return "review";
    case "completed":
      return task.conclusion === "success" ? "done" : "failed";
  }
}

/** What is to be done so that a ticket stands where its task does. */
export type Move = { transition: string } | { missing: string } | null;

/**
 * The transition that leads there: by the project's own name of the status, else by its category. A ticket that somebody
 * has closed is not opened again.
 */
export function moveFor(
  state: JiraState,
  of: { names: StateMap; current: JiraStatus; transitions: readonly JiraTransition[] },
): Move {
  const { names, current, transitions } = of;
  const name = names[state];
  if (name === null) return null;
  const wanted = categories[state];
  const isDone = current.statusCategory?.key === "done";
  if (name === undefined) {
    if (wanted === null || current.statusCategory?.key === wanted || isDone) return null;
    const found = transitions.find(({ to }) => to.statusCategory?.key === wanted);
    return found === undefined
      ? missing(current, `a status that is ${categoryWords[wanted]}`)
      : { transition: found.id };
  }
  if (isSame(current.name, name) || (isDone && state !== "done")) return null;
  const found = transitions.find(({ to }) => isSame(to.name, name));
  return found === undefined ? missing(current, name) : { transition: found.id };
}

function missing({ name }: JiraStatus, wanted: string): Move {
  return { missing: `Jira offers no transition from ${name} to ${wanted}` };
}

function isSame(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}
