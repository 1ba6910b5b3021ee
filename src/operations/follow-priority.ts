import { roleFor } from "#domain/commands/roles.ts";
import { isAtLeast } from "#domain/gate.ts";
import type { Happening } from "#domain/happening.ts";
import { defaultPolicy, type Policy } from "#protocol/policy.ts";
import type { Priority } from "#protocol/task.ts";
import { refreshQueuedSurfaces } from "./mark-surfaces.ts";
import type { World } from "./ports/world.ts";
import { roleOf } from "./role-of.ts";

type Labelled = Extract<Happening, { kind: "issue_labelled" | "issue_unlabelled" }>;

/** The priority that an issue's labels ask for; null where none does. */
export function priorityOf(labels: readonly string[], { priority_labels: names }: Policy): Priority | null {
  if (labels.includes(names.high)) return "high";
  return labels.includes(names.low) ? "low" : null;
}

/** Somebody put a label for a priority on the issue of a task, or took it off; they must be allowed `priority`. */
export async function followPriority(world: World, happening: Labelled): Promise<void> {
  const { store } = world;
  const { repository, issue, actor, label } = happening;
  const policy = store.policies.get(repository.id)?.policy ?? defaultPolicy;
  const asked = priorityOf([label], policy);
  if (asked === null || store.tasks.byIssue(repository.id, issue) === null) return;
  if (!isAtLeast(await roleOf(world, repository, actor, policy), roleFor("priority", policy))) return;
  store.transaction(() => {
    const task = store.tasks.byIssue(repository.id, issue);
    if (task === null) return;
    const priority = happening.kind === "issue_labelled" ? asked : "normal";
    // Taking off the label of a priority that it no longer has changes nothing.
    if (task.priority === priority || (priority === "normal" && task.priority !== asked)) return;
    store.tasks.update({ ...task, priority, updatedAt: world.clock() });
    store.surfaces.markDue(task.id, world.clock());
    refreshQueuedSurfaces(world);
    world.bell.task(task.id);
  });
  world.bell.queue();
  world.bell.work();
}
