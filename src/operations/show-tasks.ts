import { type TaskFacts, taskStateOf } from "#domain/task.ts";
import { taskView } from "#domain/task-view.ts";
import type { Task } from "#protocol/task.ts";
import type { TaskName } from "#protocol/words.ts";
import { loadTask } from "./load-task.ts";
import type { World } from "./ports/world.ts";
import { loadQueue, type QueueView, queueReasonOf } from "./queue-view.ts";

/** More tasks than this are not listed: the newest are what people ask for. */
const mostTasks = 500;

/** @throws ProblemError 404 */
export function showTask(world: World, name: TaskName): Task {
  return view(world, loadTask(world, name), loadQueue(world));
}

/** The newest tasks, the newest first. */
export function listTasks(world: World, filter: { repository?: string | undefined }): Task[] {
  const queue = loadQueue(world);
  return world.store.tasks.list({ ...filter, limit: mostTasks }).map((task) => view(world, task, queue));
}

function view(world: World, task: TaskFacts, queue: QueueView): Task {
  const runs = world.store.runs.ofTask(task.id);
  const state = taskStateOf(task, runs, queueReasonOf(world, runs, queue));
  const shown = taskView(
    task,
    runs,
    state,
    (id) => world.store.runners.get(id)?.name ?? null,
    world.operator.host ?? null,
  );
  const verdicts = task.pullRequest === null ? null : world.store.verdicts.of(task.id);
  const unheard = world.store.words
    .undelivered(task.id)
    .map(({ by, text, at }) => ({ by, text, at: new Date(at).toISOString() }));
  return {
    ...shown,
    ...(verdicts === null ? {} : { verdicts }),
    ...(unheard.length === 0 ? {} : { unheard }),
  };
}
