import type { Happening } from "#domain/happening.ts";
import { isAlive } from "#domain/task.ts";
import { cancelRuns } from "./cancel-task.ts";
import type { World } from "./ports.ts";

type Withdrawn = Extract<Happening, { kind: "issue_unlabelled" | "issue_closed" }>;

/** The label was taken off or the issue closed: what has not ended yet is stopped; finished work stays as it is. */
export async function withdrawTask(world: World, happening: Withdrawn): Promise<void> {
  world.store.transaction(() => {
    const task = world.store.tasks.byIssue(happening.repository.id, happening.issue);
    if (task === null) return;
    if (happening.kind === "issue_unlabelled" && happening.label !== task.policy.label) return;
    if (!isAlive(world.store.runs.ofTask(task.id))) return;
    const how = happening.kind === "issue_closed" ? "the issue was closed" : "the issue label was removed";
    cancelRuns(world, task, { by: happening.actor.login, how });
  });
}
