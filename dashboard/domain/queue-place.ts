import type { Priority, Task } from "#protocol/task.ts";
import { columnsOf } from "./columns.ts";

const priorities = ["low", "normal", "high"] as const satisfies readonly Priority[];

/**
 * The priority that brings a queued task nearest to the place it was dropped at, staying as near as can be to its own.
 * Places within one priority follow age, and are not for choosing.
 * @param place counts from 0, among the others of the column
 */
export function priorityAt(queue: readonly Task[], task: Task, place: number): Priority {
  const now = priorities.indexOf(task.priority);
  const nearest = priorities
    .map((priority, at) => {
      const order = columnsOf(
        queue.map((one) => (one.name === task.name ? { ...one, priority } : one)),
        0,
      ).queued;
      const found = order.findIndex((one) => one.name === task.name);
      return { priority, off: Math.abs(found - place), change: Math.abs(at - now) };
    })
    .sort((one, other) => one.off - other.off || one.change - other.change);
  return nearest[0]?.priority ?? task.priority;
}
