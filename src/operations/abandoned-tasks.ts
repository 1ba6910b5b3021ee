import { isAlive, taskIdOf } from "#domain/task.ts";
import type { TaskName } from "#protocol/words.ts";
import type { World } from "./ports/world.ts";

/** Which of these tasks nobody will go on with from where a run has left them: no run of them is queued, at work or waiting. */
export function abandonedTasks({ store }: World, names: readonly TaskName[]): TaskName[] {
  return names.filter((name) => !isAlive(store.runs.ofTask(taskIdOf(name))));
}
