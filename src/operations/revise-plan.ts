import { newRun, type RunFacts } from "#domain/run.ts";
import type { TaskFacts } from "#domain/task.ts";
import { revealHidden } from "#domain/text/hidden.ts";
import { refreshQueuedSurfaces } from "./mark-surfaces.ts";
import type { World } from "./ports/world.ts";
import type { Said } from "./say-words.ts";

/** Part of a transaction: words on a plan that waits go into the request, and its session changes the plan by them. */
export function revisePlan(world: World, task: TaskFacts, plan: RunFacts, said: Said): void {
  const { store } = world;
  const comment = { author: said.by, at: new Date(said.at).toISOString(), body: revealHidden(said.text).text.trim() };
  const { snapshot } = task;
  store.tasks.update({
    ...task,
    snapshot: { ...snapshot, comments: [...snapshot.comments, comment] },
    updatedAt: world.clock(),
  });
  goOnFrom(world, plan, "plan");
}

/** Part of a transaction: queues a run that goes on in the session of the plan. */
export function goOnFrom(world: World, { taskId, sessionId }: RunFacts, purpose: "plan" | "implement"): void {
  const { store } = world;
  const now = world.clock();
  const attempt = store.runs.ofTask(taskId).filter((run) => run.purpose === purpose).length + 1;
  store.runs.insert(newRun({ taskId, purpose, attempt, sessionId, resume: true, notBefore: null, now }));
  refreshQueuedSurfaces(world);
  store.surfaces.markDue(taskId, now);
  world.bell.task(taskId);
  world.bell.queue();
  world.bell.work();
}
