import { useSignal } from "@preact/signals";
import type { Task } from "#protocol/task.ts";
import { useDesk } from "../desk.ts";
import { type ActionName, actions, isAllowed, labelOf } from "../domain/actions.ts";
import { act } from "./act.ts";
import { icons } from "./icons.tsx";

/** What can be done to a task; greyed, with the reason, where it cannot. */
export function ActionButton(of: { name: ActionName; task: Task; isPrimary?: boolean; isShort?: boolean }) {
  const { name, task, isPrimary = false, isShort = false } = of;
  const desk = useDesk();
  if (!isAllowed(name, task)) return null;
  const refusal = actions[name].refusal(task);
  const label = labelOf(name, task);
  return (
    <button
      type="button"
      class={`button ${isPrimary ? "primary" : ""} ${name === "stop" ? "risky" : ""}`}
      aria-disabled={refusal !== null}
      aria-label={`${label} (${task.name})`}
      title={refusal ?? (actions[name].key === null ? label : `${label} (${actions[name].key})`)}
      onClick={() => act(desk, name, task)}
    >
      {icons[actions[name].icon]}
      {isShort ? label.replace(/^Open /, "").replace(/^./, (first) => first.toUpperCase()) : label}
    </button>
  );
}

/** Copies the text, and says so where the finger is. */
export function CopyButton(of: { text: string; label?: string; icon?: "copy" | "link" }) {
  const { text, label = "Copy", icon = "copy" } = of;
  const { toasts } = useDesk();
  const isCopied = useSignal(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Not over plain HTTP from another machine: browsers keep the clipboard to safe origins.
      return toasts.say("This browser does not let the page copy here. Select the text instead.");
    }
    isCopied.value = true;
    setTimeout(() => {
      isCopied.value = false;
    }, 1_500);
  };
  return (
    <button
      type="button"
      class="button small"
      title={label}
      onClick={copy}
      aria-label={`${label}: ${text.slice(0, 60)}`}
    >
      {isCopied.value ? icons.check : icons[icon]}
      <span class="unseen" aria-live="polite">
        {isCopied.value ? "Copied" : ""}
      </span>
    </button>
  );
}

/** A command to type, with a button that copies it. */
export function Command({ text }: { text: string }) {
  return (
    <div class="command">
      <code>{text}</code>
      <CopyButton text={text} />
    </div>
  );
}
