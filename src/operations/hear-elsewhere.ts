import { taskIdOf, taskName } from "#domain/task.ts";
import { answerElsewhere } from "./answer-elsewhere.ts";
import { cancelRuns } from "./cancel-task.ts";
import { loadTask } from "./load-task.ts";
import type { Ear, ElsewhereLog } from "./ports/elsewhere.ts";
import type { World } from "./ports/world.ts";
import { showTask } from "./show-tasks.ts";
import { submitElsewhere } from "./submit-elsewhere.ts";

/** What a place outside GitHub can ask of us, and what we remember of it. */
export function earOf(world: World, place: string, log: ElsewhereLog): Ear {
  const { store } = world;
  return {
    answer: (asked) => answerElsewhere(world, asked),
    look: (name) => (store.tasks.get(taskIdOf(name)) === null ? null : showTask(world, name)),
    submit: (wish) => submitElsewhere(world, wish),
    taskOf: (key) => {
      const task = store.tasks.byOrigin(place, key);
      return task === null ? null : showTask(world, taskName(task.id));
    },
    withdraw: (name, asked) => {
      store.transaction(() => cancelRuns(world, loadTask(world, name), asked));
      world.bell.work();
    },
    marks: {
      get: (name) => store.marks.get(place, name),
      put: (name, value) => store.transaction(() => store.marks.put(place, name, value, world.clock())),
    },
    log,
  };
}
