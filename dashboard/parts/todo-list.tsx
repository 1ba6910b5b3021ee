import type { Task } from "#protocol/task.ts";
import { visibleLine } from "../domain/visible.ts";
import { icons } from "./icons.tsx";

const words = { pending: "to do", in_progress: "doing", done: "done" } as const;

/** Claude's own list, as it keeps it. */
export function TodoList({ task }: { task: Task }) {
  const todos = task.runs.findLast((run) => (run.progress?.todos.length ?? 0) > 0)?.progress?.todos ?? [];
  if (todos.length === 0) return null;
  const done = todos.filter(({ state }) => state === "done").length;
  return (
    <section class="panel todo-panel" aria-labelledby="todos">
      <h2 id="todos">
        Claude's list{" "}
        <span class="faint numbers">
          {done} of {todos.length}
        </span>
      </h2>
      <ul class="todos">
        {todos.map(({ text, state }, at) => (
          <li key={at} class={`todo-${state}`}>
            <span class="todo-mark" aria-hidden="true">
              {state === "done" ? icons.check : null}
            </span>
            <span class="unseen">{words[state]}: </span>
            <span>{visibleLine(text)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
