import type { Task } from "#protocol/task.ts";
import type { Script } from "#test/model/script.ts";
import { until } from "#test/world/until.ts";
import type { World } from "#test/world/world.ts";

/** Claude changes one file and says so. */
export const frenchGreeting: Script = [
  {
    text: "I will change the greeting.",
    tools: [{ name: "Bash", input: { command: "sed -i s/hello/bonjour/ greet.js" } }],
  },
  { text: "The greeting is French now." },
];

/** The task's run is over, well or not. */
export function hasEnded(task: Task): boolean {
  return task.status === "in_review" || task.status === "completed";
}

/** The labels by which the issue shows where its task stands. */
export function stateLabelOf(world: World | null, issue: number): string[] {
  if (world === null) return [];
  const isState = (label: string) => label.startsWith("claude:") && label !== "claude:plan";
  return world.github.issue(world.repo, issue).labels.filter(isState);
}

/** Waits until GitHub shows the end of the task: its last state label is there, and no check run is open. */
export async function finished(world: World, issue: number): Promise<void> {
  const { github, repo } = world;
  const last = ["claude:in-review", "claude:failed", "claude:done"];
  await until(`the final surfaces of issue ${issue}`, () => {
    const labels = stateLabelOf(world, issue);
    const isLabelled = labels.length === 1 && last.includes(labels[0] ?? "");
    const isChecked = github.checkRuns(repo).every((check) => check.status === "completed");
    return isLabelled && isChecked ? true : null;
  });
}
