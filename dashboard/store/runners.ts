import { type ReadonlySignal, signal } from "@preact/signals";
import type { Runner } from "#protocol/runner.ts";
import type { Call } from "../api/call.ts";

export type RunnerStore = {
  /** By name; null until they were loaded. */
  runners: ReadonlySignal<readonly Runner[] | null>;
  load(): Promise<void>;
  /** @returns whether it takes more, or less, than before */
  changed(runner: Runner): boolean;
  /** A token that registers one runner within the hour. */
  newToken(): Promise<{ token: string; expiresAt: string }>;
};

export function openRunnerStore(call: Call): RunnerStore {
  const runners = signal<readonly Runner[] | null>(null);
  const sorted = (list: readonly Runner[]) => [...list].sort((one, other) => one.name.localeCompare(other.name));
  return {
    runners,
    load: async () => {
      runners.value = sorted((await call("listRunners")).runners);
    },
    changed: (runner) => {
      if (runners.value === null) return false;
      const before = runners.value.find(({ id }) => id === runner.id);
      runners.value = sorted([...runners.value.filter((one) => one !== before), runner]);
      return before?.state !== runner.state || before.busy !== runner.busy || before.slots !== runner.slots;
    },
    newToken: () => call("createRunnerToken"),
  };
}
