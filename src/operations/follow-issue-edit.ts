import type { Happening } from "#domain/happening.ts";
import type { World } from "./ports/world.ts";

type Edited = Extract<Happening, { kind: "issue_edited" }>;

/** The issue's words were changed after they were taken: they stay out of the prompt, and the comment says so (S11). */
export async function followIssueEdit(world: World, happening: Edited): Promise<void> {
  const { store } = world;
  store.transaction(() => {
    const task = store.tasks.byIssue(happening.repository.id, happening.issue);
    if (task === null || happening.at < task.snapshot.takenAt) return;
    const { laterEdit: _, ...snapshot } = task.snapshot;
    const isAsTaken = snapshot.title === happening.title && snapshot.body === happening.body;
    const edit = isAsTaken ? {} : { laterEdit: { by: happening.actor.login, at: happening.at } };
    store.tasks.update({ ...task, snapshot: { ...snapshot, ...edit }, updatedAt: world.clock() });
    store.surfaces.markDue(task.id, world.clock());
    world.bell.task(task.id);
  });
  world.bell.work();
}
