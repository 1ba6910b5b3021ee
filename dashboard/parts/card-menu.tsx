import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Priority, Task } from "#protocol/task.ts";
import { useDesk } from "../desk.ts";
import { type ActionName, actions } from "../domain/actions.ts";
import { act } from "./act.ts";
import { icons } from "./icons.tsx";

const priorityWords = { high: "High priority", normal: "Normal priority", low: "Low priority" } as const;

/** Everything that can be done to a task, greyed with the reason where it cannot; also what dragging does. */
export function CardMenu({ task, isBelow = false }: { task: Task; isBelow?: boolean }) {
  const desk = useDesk();
  const isOpen = useSignal(false);
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
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        {icons.more}
      </button>
      {isOpen.value ? (
        <div
          class={isBelow ? "menu is-below" : "menu"}
          role="menu"
          aria-label={`More for ${task.name}`}
          tabIndex={-1}
          onKeyDown={press}
        >
          {(Object.keys(actions) as ActionName[]).map((name) => {
            const refusal = actions[name].refusal(task);
            return (
              <button
                key={name}
                type="button"
                role="menuitem"
                tabIndex={-1}
                aria-disabled={refusal !== null}
                title={refusal ?? ""}
                onClick={() => {
                  close();
                  act(desk, name, task);
                }}
              >
                {icons[actions[name].icon]}
                <span class="grows">{actions[name].label}</span>
                <kbd>{actions[name].key}</kbd>
              </button>
            );
          })}
          {task.status !== "queued" && task.status !== "blocked"
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
