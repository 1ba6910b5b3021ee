import { taskIdOf } from "#domain/task.ts";
import type { TaskName } from "#protocol/words.ts";
import { type Elsewhere, ElsewhereRefusedError } from "./ports/elsewhere.ts";
import type { World } from "./ports/world.ts";
import { showTask } from "./show-tasks.ts";

/**
 * Makes one place outside GitHub show the task as it stands, if it shows something else.
 * @returns whether anything was written
 * @throws ElsewhereBusyError, ElsewhereDownError, ElsewhereRefusedError, and whatever else may go better another time
 */
export async function showElsewhere(world: World, elsewhere: Elsewhere, name: TaskName): Promise<boolean> {
  const { store, operator } = world;
  const task = showTask(world, name);
  const page = operator.dashboardUrl === null ? null : `${operator.dashboardUrl}/tasks/${task.id}`;
  const picture = elsewhere.picture(task, page);
  const text = JSON.stringify(picture);
  const before = store.surfaces.get(taskIdOf(name), elsewhere.name);
  if (picture === null || before?.picture === text) return false;
  const shown = before === null ? null : { remoteId: before.remoteId, picture: JSON.parse(before.picture) as unknown };
  const keep = (remoteId: string | null) =>
    store.transaction(() => {
      store.surfaces.put({
        taskId: task.id,
        place: elsewhere.name,
        remoteId: remoteId ?? before?.remoteId ?? null,
        picture: text,
        writtenAt: world.clock(),
      });
    });
  try {
    keep(await elsewhere.show({ task, picture, before: shown }));
  } catch (error) {
    // What was refused for good counts as shown: only another picture is worth another try.
    if (error instanceof ElsewhereRefusedError) keep(error.remoteId);
    throw error;
  }
  return true;
}
