import type { Task } from "#protocol/task.ts";

/** The run whose terminal somebody can watch now; null when nothing works on the task. */
export function runInTerminal(task: Pick<Task, "runs">): number | null {
  return task.runs.findLast(({ status }) => status === "in_progress")?.id ?? null;
}

/** Who watches besides: "ada and 1 other are watching too". */
export function watchingSentence(others: readonly string[]): string {
  const [first, second] = others;
  if (first === undefined) return "Only you are watching";
  if (second === undefined) return `${first} is watching too`;
  if (others.length === 2 && first !== second) return `${first} and ${second} are watching too`;
  return `${first} and ${others.length - 1} ${others.length === 2 ? "other" : "others"} are watching too`;
}
