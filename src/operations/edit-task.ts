import type { TaskFacts } from "#domain/task.ts";
import type { TaskEdit } from "#protocol/new-task.ts";
import type { TaskName } from "#protocol/words.ts";
import { loadTask } from "./load-task.ts";
import { refreshQueuedSurfaces } from "./mark-surfaces.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

/** Changes what the task's next run is told and may use. The words of an issue are changed on GitHub. @throws ProblemError */
export function editTask(world: World, name: TaskName, edit: TaskEdit): void {
  const { store } = world;
  store.transaction(() => {
    const task = loadTask(world, name);
    if (task.issue !== null && (edit.title !== undefined || edit.body !== undefined))
      throw new ProblemError({
        status: 409,
        code: "words_of_an_issue",
        title: `The words of ${name} are those of issue ${task.issue.number}, as they were when it was asked for.`,
        advice: "Change the issue, then comment /claude run on it.",
      });
    store.tasks.update(edited(world, task, edit));
    refreshQueuedSurfaces(world);
    store.surfaces.markDue(task.id, world.clock());
    world.bell.task(task.id);
  });
  world.bell.queue();
  world.bell.work();
}

function edited(world: World, task: TaskFacts, { title, body, priority, model, usd }: TaskEdit): TaskFacts {
  const { policy, snapshot } = task;
  return {
    ...task,
    snapshot: { ...snapshot, title: title ?? snapshot.title, body: body ?? snapshot.body },
    priority: priority ?? task.priority,
    policy: {
      ...policy,
      ...(model === undefined ? {} : { model }),
      limits: { ...policy.limits, ...(usd === undefined ? {} : { usd }) },
    },
    updatedAt: world.clock(),
  };
}
