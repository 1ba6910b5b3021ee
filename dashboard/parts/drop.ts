import type { Task } from "#protocol/task.ts";
import type { Desk } from "../desk.ts";
import { actions, isAllowed } from "../domain/actions.ts";
import { type ColumnName, columnOf } from "../domain/columns.ts";
import { mayDo } from "../domain/may.ts";
import { priorityAt } from "../domain/queue-place.ts";
import { act } from "./act.ts";

export type Drop = "move" | "retry" | "stop";

/** What it means to drop the task on the column; null where it means nothing. */
export function dropOn(column: ColumnName, task: Task, now: number): Drop | null {
  const from = columnOf(task, now);
  if (column === "queued" && from === "queued") return mayDo("prioritise", task) ? "move" : null;
  if (column === "queued" && can("retry", task)) return "retry";
  if (column === "done" && can("stop", task)) return "stop";
  return null;
}

function can(name: "retry" | "stop", task: Task): boolean {
  return isAllowed(name, task) && actions[name].refusal(task) === null;
}

/** @param y where it was let go, in the window; its place among the cards follows */
export function drop(desk: Desk, column: ColumnName, element: Element, y: number): void {
  const task = desk.tasks.tasks.value?.get(desk.dragged.value ?? "");
  desk.dragged.value = null;
  if (task === undefined) return;
  const meaning = dropOn(column, task, desk.clock.minute.value);
  if (meaning === "retry" || meaning === "stop") act(desk, meaning, task);
  if (meaning !== "move") return;
  const others = [...element.querySelectorAll<HTMLElement>("[data-task]")].filter(
    (card) => card.dataset.task !== task.name,
  );
  const place = others.filter((card) => {
    const { top, height } = card.getBoundingClientRect();
    return top + height / 2 < y;
  }).length;
  const priority = priorityAt(desk.tasks.board.value.queued, task, place);
  if (priority === task.priority) {
    desk.toasts.say(`${task.name} keeps its place: within a priority the oldest is first.`);
    return;
  }
  void desk.toasts.doing(desk.tasks.prioritise(task.name, priority), `${task.name} has ${priority} priority now.`);
}
