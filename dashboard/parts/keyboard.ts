import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Desk } from "../desk.ts";
import { actionNames, actions } from "../domain/actions.ts";
import { pages } from "../store/route.ts";
import { act } from "./act.ts";

/** The keys of the whole dashboard; fields and dialogs keep theirs. */
export function useKeyboard(
  desk: Desk,
  { isHelpOpen, isPaletteOpen }: { isHelpOpen: Signal<boolean>; isPaletteOpen: Signal<boolean> },
): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey) {
        // One that has just closed is there until the next frame.
        if (document.querySelector("dialog[open]") === null) isPaletteOpen.value = true;
        event.preventDefault();
        return;
      }
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
      const focused = event.target instanceof HTMLElement ? event.target : null;
      // A dialog that has just closed still has the focus until the next frame.
      const target = focused?.closest("dialog:not([open])") ? null : focused;
      if (target?.closest("dialog")) return;
      if (target?.closest("input, textarea, select")) {
        if (event.key === "Escape") target.blur();
        return;
      }
      if (handle(event.key)) event.preventDefault();
    };
    const handle = (key: string): boolean => {
      const page = pages.find((one) => one.key === key);
      if (page !== undefined) desk.route.go(page.to);
      else if (key === "?") isHelpOpen.value = true;
      else if (key === "/") return focus("[data-filter]");
      else if (key === "c") return clickNew();
      else if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
      else if (key === "h" || key === "l") return stepColumn(key === "l" ? 1 : -1);
      else if (key === "Escape") return leave(desk);
      else return actOn(desk, key);
      return true;
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [desk, isHelpOpen, isPaletteOpen]);
}

function actOn(desk: Desk, key: string): boolean {
  const found = actionNames.find((name) => actions[name].key === key);
  const page = desk.route.page.value;
  const name = page.name === "task" ? page.task : selectedCard()?.dataset.task;
  const task = name === undefined ? undefined : desk.tasks.tasks.value?.get(name);
  if (found === undefined || task === undefined) return false;
  // Where there is nothing to edit yet, opening a task means its page.
  if (found === "open_editor" && page.name !== "task") desk.route.go(`/tasks/${task.name}`);
  else act(desk, found, task);
  return true;
}

function leave(desk: Desk): boolean {
  if (desk.route.page.value.name === "task") desk.route.go("/");
  else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  return true;
}

function selectedCard(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>("[data-task]") ?? null;
}

/** The focus is the selection: what is read aloud, outlined and acted on is the same card. */
function step(by: 1 | -1): boolean {
  return focusCard([...document.querySelectorAll<HTMLElement>("[data-task]")], by);
}

function stepColumn(by: 1 | -1): boolean {
  const filled = [...document.querySelectorAll("[data-column]")].filter((one) => one.querySelector("[data-task]"));
  const at = filled.findIndex((one) => one.contains(document.activeElement));
  const next = filled[at < 0 ? 0 : Math.min(filled.length - 1, Math.max(0, at + by))];
  return focusOn(next?.querySelector<HTMLElement>("[data-task]") ?? null);
}

function focusCard(cards: readonly HTMLElement[], by: 1 | -1): boolean {
  const at = cards.findIndex((card) => card.contains(document.activeElement));
  return focusOn(cards[at < 0 ? 0 : Math.min(cards.length - 1, Math.max(0, at + by))] ?? null);
}

function focusOn(card: HTMLElement | null): boolean {
  const link = card?.querySelector<HTMLElement>("[data-open]") ?? null;
  link?.focus();
  link?.scrollIntoView({ block: "nearest" });
  return link !== null;
}

function focus(selector: string): boolean {
  const field = document.querySelector<HTMLInputElement>(selector);
  field?.focus();
  field?.select?.();
  return field !== null;
}

/** Opens the form for a new task, where the page has one. */
export function clickNew(): boolean {
  const button = document.querySelector<HTMLElement>("[data-new-task]");
  button?.click();
  return button !== null;
}
