import type { Task } from "#protocol/task.ts";
import { useDesk } from "../desk.ts";
import { visibleLine } from "../domain/visible.ts";
import { icons } from "./icons.tsx";

/** Who is at the task's terminal besides whoever looks; nothing while nobody is. */
export function AtTerminal({ task }: { task: Pick<Task, "name"> }) {
  const { team, session } = useDesk();
  const state = session.state.value;
  const me = state.kind === "in" ? state.name : "";
  const here = team.presence.value.get(task.name);
  const others = [...new Set(here?.watchers ?? [])].filter((name) => name !== me);
  if (others.length === 0) return null;
  const who = others.map((name) => (name === here?.hands ? `${name} (types)` : name)).join(", ");
  const says = `At the terminal: ${who}`;
  return (
    <span class="at-terminal faint" title={visibleLine(says)}>
      {icons.terminal}
      <span class="unseen">At the terminal: </span>
      {visibleLine(who)}
    </span>
  );
}
