import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Task } from "#protocol/task.ts";
import { type Desk, useDesk } from "../desk.ts";
import { actionNames, actions, isAllowed, labelOf } from "../domain/actions.ts";
import { fitting, type Offer } from "../domain/palette.ts";
import { visibleLine } from "../domain/visible.ts";
import { pages } from "../store/route.ts";
import { act } from "./act.ts";
import { Dialog } from "./dialog.tsx";
import { type IconName, icons } from "./icons.tsx";
import { clickNew } from "./keyboard.ts";

type Doing = Offer & { icon: IconName; run(): void };

/** Everything that can be gone to or done, found by a few letters. */
export function Palette({ isOpen, onHelp }: { isOpen: Signal<boolean>; onHelp: () => void }) {
  return (
    <Dialog isOpen={isOpen.value} onClose={() => (isOpen.value = false)} title="Go to, or do" look="palette">
      <Search onDone={() => (isOpen.value = false)} onHelp={onHelp} />
    </Dialog>
  );
}

function Search({ onDone, onHelp }: { onDone: () => void; onHelp: () => void }) {
  const desk = useDesk();
  const text = useSignal("");
  const at = useSignal(0);
  const list = useRef<HTMLDivElement>(null);
  const found = fitting(offersOf(desk, onHelp), text.value);
  const selected = Math.min(at.value, found.length - 1);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const choose = (offer: Doing | undefined) => {
    if (offer === undefined || offer.refusal) return;
    onDone();
    // After the dialog has given the focus back: what comes may want it.
    setTimeout(offer.run, 0);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) at.value = (selected + step + found.length) % Math.max(1, found.length);
    else if (event.key === "Enter") choose(found[selected]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <label class="field grows">
        <span class="unseen">What to go to, or do</span>
        {icons.search}
        <input
          // biome-ignore lint/a11y/noAutofocus: the dialog was opened to type here
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={selected >= 0 ? `palette-${selected}` : undefined}
          autocomplete="off"
          spellcheck={false}
          placeholder="A task, a page, or something to do"
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            at.value = 0;
          }}
          onKeyDown={press}
        />
      </label>
      {found.length === 0 ? <p class="hint">Nothing is like that.</p> : null}
      <div class="offers" id="palette-list" ref={list} role="listbox" aria-label="What fits">
        {found.map((offer, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          // biome-ignore lint/a11y/useFocusableInteractive: the field above keeps the focus, as a combobox does
          <div
            key={offer.key}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === selected}
            aria-disabled={Boolean(offer.refusal)}
            onClick={() => choose(offer)}
            onMouseMove={() => (at.value = index)}
          >
            {icons[offer.icon]}
            <span class="offer-title">{offer.title}</span>
            <span class="offer-hint">{offer.refusal ?? offer.hint}</span>
            {offer.keys === undefined ? null : <kbd>{offer.keys}</kbd>}
          </div>
        ))}
      </div>
    </>
  );
}

function offersOf(desk: Desk, onHelp: () => void): Doing[] {
  const all = [...(desk.tasks.tasks.value?.values() ?? [])];
  const page = desk.route.page.value;
  const here = page.name === "task" ? desk.tasks.tasks.value?.get(page.task) : undefined;
  return [
    ...(here === undefined ? [] : deedsOf(desk, here)),
    ...pages.map(
      ({ to, title, icon, key }): Doing => ({
        key: `page ${to}`,
        title,
        hint: "page",
        icon,
        keys: key,
        run: () => desk.route.go(to),
      }),
    ),
    { key: "new", title: "New task", hint: "from an issue", icon: "plus", keys: "c", run: () => newTask(desk) },
    alertsOffer(desk),
    { key: "keys", title: "Keyboard shortcuts", hint: "", icon: "question", keys: "?", run: onHelp },
    { key: "leave", title: "Sign out", hint: "", icon: "leave", run: () => void desk.session.signOut() },
    {
      key: "leave-all",
      title: "Sign out everywhere",
      hint: "all of your browsers and programs",
      icon: "leave",
      run: () => void desk.session.signOut(true),
    },
    ...all.map(
      (task): Doing => ({
        key: task.name,
        title: visibleLine(task.title),
        hint: `${task.name} · ${task.repository}${task.issue === null ? "" : ` #${task.issue.number}`}`,
        icon: task.pullRequest === null ? "issue" : "pullRequest",
        run: () => desk.route.go(`/tasks/${task.name}`),
      }),
    ),
  ];
}

function deedsOf(desk: Desk, task: Task): Doing[] {
  return actionNames
    .filter((name) => isAllowed(name, task))
    .map((name) => ({
      key: name,
      title: labelOf(name, task),
      hint: task.name,
      ...(actions[name].key === null ? {} : { keys: actions[name].key }),
      icon: actions[name].icon,
      refusal: actions[name].refusal(task),
      run: () => act(desk, name, task),
    }));
}

function newTask(desk: Desk): void {
  desk.route.go("/");
  setTimeout(clickNew, 0);
}

const alertWords = {
  off: { title: "Tell me when a task needs me", hint: "browser notifications", refusal: null },
  on: { title: "Stop telling me when a task needs me", hint: "browser notifications", refusal: null },
  refused: { title: "Tell me when a task needs me", hint: "", refusal: "This browser was told not to notify." },
  missing: { title: "Tell me when a task needs me", hint: "", refusal: "Browsers notify over HTTPS or loopback only." },
} as const;

function alertsOffer({ alerts, toasts }: Desk): Doing {
  const toggle = async () => {
    await alerts.toggle();
    toasts.say(alerts.state.value === "on" ? "You are told when a task needs you." : "You are not told any more.");
  };
  return { key: "alerts", icon: "bell", ...alertWords[alerts.state.value], run: () => void toggle() };
}
