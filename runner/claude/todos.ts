/** The todo list as this version's task tools (TaskCreate, TaskUpdate, TaskList) and older ones' TodoWrite tell it. */
import type { StreamEvent, Todo, TodoChanged, TodoStatus } from "./events.ts";
import { boundedLine, isObject, type Json, listAt, objectAt } from "./json.ts";

const LIMIT = 200;

/** The list in a TodoWrite call or a TaskList result. */
export function todosOf(list: readonly unknown[]): Todo[] {
  return list.slice(0, LIMIT).map((each) => {
    const { id, content, subject, status } = objectAt(each);
    return {
      id: boundedLine(id, 40) || null,
      content: boundedLine(content ?? subject, 300),
      status: statusOf(status) ?? "pending",
    };
  });
}

/** What a tool's result says about the list; nothing for other tools. `result` is the line's `tool_use_result`. */
export function todoEvents(result: unknown): StreamEvent[] {
  if (!isObject(result)) return [];
  if (isObject(result.task)) {
    const id = boundedLine(result.task.id, 40);
    const content = boundedLine(result.task.subject, 300);
    return id === "" || content === "" ? [] : [{ kind: "todoChanged", id, content, status: "pending" }];
  }
  if (typeof result.taskId === "string" && isObject(result.statusChange)) {
    const to = result.statusChange.to;
    const status = to === "deleted" ? to : statusOf(to);
    return [{ kind: "todoChanged", id: boundedLine(result.taskId, 40), content: null, status }];
  }
  return isTaskList(result) ? [{ kind: "todos", todos: todosOf(listAt(result.tasks)) }] : [];
}

function isTaskList(result: Json): boolean {
  return Array.isArray(result.tasks) && result.tasks.every((task) => typeof objectAt(task).subject === "string");
}

function statusOf(status: unknown): TodoStatus | null {
  return status === "pending" || status === "in_progress" || status === "completed" ? status : null;
}

/** The list after a change. A change to an entry that is not known is left out. */
export function changed(todos: readonly Todo[], { id, content, status }: TodoChanged): readonly Todo[] {
  if (status === "deleted") return todos.filter((todo) => todo.id !== id);
  if (todos.some((todo) => todo.id === id))
    return todos.map((todo) =>
      todo.id === id ? { id, content: content ?? todo.content, status: status ?? todo.status } : todo,
    );
  if (content === null || todos.length >= LIMIT) return todos;
  return [...todos, { id, content, status: status ?? "pending" }];
}
