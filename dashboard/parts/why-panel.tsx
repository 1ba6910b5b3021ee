import { useEffect } from "preact/hooks";
import { inPage } from "#protocol/command-words.ts";
import type { Gate, Task } from "#protocol/task.ts";
import { useDesk } from "../desk.ts";
import { inlinesOf } from "../domain/markdown-inline.ts";
import { visible } from "../domain/visible.ts";
import { icons } from "./icons.tsx";
import { FailedPart } from "./lazy.tsx";
import { inline } from "./markdown.tsx";
import { Waiting } from "./waiting.tsx";

/** Everything that has to be so for the work to go on, ticked off: asked for when somebody opens it, and when the task changes. */
export function WhyPanel({ task }: { task: Task }) {
  const { why, route } = useDesk();
  const isOpen = route.query.value.get("why") === "1";
  const standing = `${task.name} ${task.status} ${task.reason?.code ?? ""} ${task.runs.length}`;
  useEffect(() => {
    if (isOpen) why.show(task.name);
  }, [why, isOpen, standing]);
  const gates = why.gates.value.value;
  const failure = why.gates.failure.value;
  return (
    <details
      class="panel why-panel"
      open={isOpen}
      onToggle={(event) => {
        if (event.currentTarget.open !== isOpen) route.filter({ why: event.currentTarget.open ? "1" : null });
      }}
    >
      <summary>
        <h2>Why it is where it is</h2>
      </summary>
      {!isOpen || gates !== null || failure !== null ? null : <Waiting says="Asking why" class="skeleton line" />}
      {failure === null ? null : <FailedPart what={failure} onAgain={() => why.show(task.name)} />}
      {gates === null ? null : (
        <ol class="gates">
          {gates.map((gate) => (
            <GateLine key={gate.sentence} gate={gate} />
          ))}
        </ol>
      )}
    </details>
  );
}

function GateLine({ gate: { isOpen, sentence, advice } }: { gate: Gate }) {
  return (
    <li class={`gate tone-${isOpen ? "good" : "bad"}`}>
      <span class="step-mark" aria-hidden="true">
        {isOpen ? icons.check : icons.cross}
      </span>
      <div>
        <p>
          <span class="unseen">{isOpen ? "So: " : "Not so: "}</span>
          {inlinesOf(visible(sentence)).map(inline)}
        </p>
        {advice === null ? null : <p class="faint">{inlinesOf(visible(inPage(advice))).map(inline)}</p>}
      </div>
    </li>
  );
}
