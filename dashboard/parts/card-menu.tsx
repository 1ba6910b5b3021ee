import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Priority, Task } from "#protocol/task.ts";
import { useDesk } from "../desk.ts";
import { type ActionName, actionNames, actions, isAllowed, labelOf } from "../domain/actions.ts";
import { mayDo } from "../domain/may.ts";
import { act } from "./act.ts";
import { icons } from "./icons.tsx";

const priorityWords = { high: "High priority", normal: "Normal priority", low: "Low priority" } as const;

/** Everything that can be done to a task, greyed with the reason where it cannot; also what dragging does. */
export function CardMenu({ task }: { task: Task }) {
  const desk = useDesk();
  const isOpen = useSignal(false);
  const room = useSignal({ isBelow: true, height: 400 });
  const place = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen.value) return;
    place.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const leave = (event: Event) => {
      if (event.target instanceof Node && !place.current?.contains(event.target)) isOpen.value = false;
    };
    document.addEventListener("pointerdown", leave);
    return () => document.removeEventListener("pointerdown", leave);
  }, [isOpen.value]);
  const close = () => {
    isOpen.value = false;
    button.current?.focus();
  };
  const press = (event: KeyboardEvent) => {
    const items = [...(place.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close();
    else if (step !== undefined) {
      const at = items.indexOf(document.activeElement as HTMLElement);
      items[(at + step + items.length) % items.length]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const prioritise = (priority: Priority) => {
    close();
    void desk.toasts.doing(desk.tasks.prioritise(task.name, priority), `${task.name}: ${priorityWords[priority]}.`);
  };
  return (
    <span class="menu-place" ref={place}>
      <button
        ref={button}
        type="button"
        class="icon-button small"
        aria-haspopup="menu"
        aria-expanded={isOpen.value}
        aria-label={`More for ${task.name}`}
        onClick={(event) => {
          room.value = roomAt(event.currentTarget);
          isOpen.value = !isOpen.value;
        }}
      >
        {icons.more}
      </button>
      {isOpen.value ? (
        <div
          class={room.value.isBelow ? "menu is-below" : "menu"}
          style={{ "--room": `${room.value.height}px` }}
          role="menu"
          aria-label={`More for ${task.name}`}
          tabIndex={-1}
          onKeyDown={press}
        >
          {inOrder(task).map((name) => {
            const refusal = actions[name].refusal(task);
            return (
              <button
                key={name}
                type="button"
                role="menuitem"
                tabIndex={-1}
                aria-disabled={refusal !== null}
                onClick={() => {
                  close();
                  act(desk, name, task);
                }}
              >
                {icons[actions[name].icon]}
                <span class="grows">
                  {labelOf(name, task)}
                  {refusal === null ? null : <small>{refusal}</small>}
                </span>
                {actions[name].key === null ? null : <kbd>{actions[name].key}</kbd>}
              </button>
            );
          })}
          {(task.status !== "queued" && task.status !== "blocked") || !mayDo("prioritise", task)
            ? null
            : (Object.keys(priorityWords) as Priority[])
                .filter((priority) => priority !== task.priority)
                .map((priority) => (
                  <button
                    key={priority}
                    type="button"
                    role="menuitem"
                    tabIndex={-1}
                    onClick={() => prioritise(priority)}
                  >
                    {icons.priority}
                    <span class="grows">{priorityWords[priority]}</span>
                  </button>
                ))}
        </div>
      ) : null}
    </span>
  );
}

/** What can be done comes first. */
function inOrder(task: Task): ActionName[] {
  return actionNames
    .filter((name) => isAllowed(name, task))
    .sort((one, other) => Number(isRefused(one, task)) - Number(isRefused(other, task)));
}

function isRefused(name: ActionName, task: Task): boolean {
  return actions[name].refusal(task) !== null;
}

const mostPx = 460;
const gapPx = 72;

/** Opens to where there is more room, and scrolls where even that is too little. */
function roomAt(button: HTMLElement): { isBelow: boolean; height: number } {
  const { top, bottom } = button.getBoundingClientRect();
  const [above, below] = [top - gapPx, window.innerHeight - bottom - gapPx];
  const isBelow = below >= Math.min(above, mostPx);
  return { isBelow, height: Math.max(160, Math.min(mostPx, isBelow ? below : above)) };
}
