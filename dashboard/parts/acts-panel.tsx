import { useEffect } from "preact/hooks";
import type { Task } from "#protocol/task.ts";
import { useDesk } from "../desk.ts";
import { actPlaces, actWords } from "../domain/acts.ts";
import { visibleLine } from "../domain/visible.ts";
import { Ago } from "./status.tsx";

/** Who did what to the task, the newest first; nothing while nobody has. */
export function ActsPanel({ task }: { task: Task }) {
  const { team } = useDesk();
  useEffect(() => team.show(task.name), [team, task.name]);
  const acts = team.acts.value.value ?? [];
  if (acts.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="acts">
      <h2 id="acts">Who did what</h2>
      <ol class="acts">
        {acts.map((act) => (
          <li key={`${act.at} ${act.action}`}>
            <strong>{visibleLine(act.by)}</strong> {visibleLine(actWords(act, null))}{" "}
            <span class="faint">
              {actPlaces[act.place]} <Ago at={act.at} inWords />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
