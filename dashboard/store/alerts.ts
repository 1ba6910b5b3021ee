import { type ReadonlySignal, signal } from "@preact/signals";
import type { Task } from "#protocol/task.ts";

/** Whether this browser tells of tasks that need somebody while its page is not in sight. */
export type AlertState = "off" | "on" | "refused" | "missing";

export type AlertStore = {
  state: ReadonlySignal<AlertState>;
  /** Asks the browser where it must be asked. */
  toggle(): Promise<void>;
  /** Those that need somebody now: tells of the ones that did not before. */
  needed(tasks: readonly Task[]): void;
};

/** What of the browser this needs. */
export type AlertPlace = {
  /** Null where the browser has none, as on plain HTTP from another machine. */
  permission(): NotificationPermission | null;
  ask(): Promise<NotificationPermission>;
  keep(isOn: boolean): void;
  kept(): boolean;
  isSeen(): boolean;
  show(task: Task): void;
};

export function openAlerts(place: AlertPlace): AlertStore {
  const stateNow = (): AlertState => {
    const permission = place.permission();
    if (permission === null) return "missing";
    if (permission === "denied") return "refused";
    return permission === "granted" && place.kept() ? "on" : "off";
  };
  const state = signal<AlertState>(stateNow());
  let known: ReadonlySet<string> | null = null;
  return {
    state,
    toggle: async () => {
      const isOn = state.value !== "on";
      if (isOn && place.permission() === "default") await place.ask();
      place.keep(isOn);
      state.value = stateNow();
    },
    needed: (tasks) => {
      const before = known;
      known = new Set(tasks.map(({ name }) => name));
      if (before === null || state.value !== "on" || place.isSeen()) return;
      for (const task of tasks) if (!before.has(task.name)) place.show(task);
    },
  };
}

const keyName = "cc-orchestrator.alerts";

/** The browser that this page is in. @param go where a click on the alert leads */
export function browserAlerts(go: (address: string) => void): AlertPlace {
  const hasThem = "Notification" in globalThis && globalThis.isSecureContext;
  return {
    permission: () => (hasThem ? Notification.permission : null),
    ask: () => Notification.requestPermission(),
    keep: (isOn) => (isOn ? localStorage.setItem(keyName, "on") : localStorage.removeItem(keyName)),
    kept: () => localStorage.getItem(keyName) === "on",
    isSeen: () => document.visibilityState === "visible" && document.hasFocus(),
    show: (task) => {
      const alert = new Notification(`${task.name} needs you`, {
        body: [task.title, task.reason?.sentence ?? ""].join("\n").slice(0, 300),
        // The same task is told of once, however often it comes up.
        tag: `cc-orchestrator ${task.name}`,
      });
      alert.onclick = () => {
        window.focus();
        go(`/tasks/${task.name}`);
      };
    },
  };
}
