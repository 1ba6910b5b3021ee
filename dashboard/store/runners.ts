import { type ReadonlySignal, signal } from "@preact/signals";
import type { Runner, RunnerLoad } from "#protocol/runner.ts";
import type { Call } from "../api/call.ts";

export type RunnerStore = {
  /** By name; null until they were loaded. */
  runners: ReadonlySignal<readonly Runner[] | null>;
  load(): Promise<void>;
  /** @returns whether it takes more, or less, than before */
  changed(runner: Runner): boolean;
  /** How busy the machines were in the last hour, by the runner's id. */
  loads: ReadonlySignal<ReadonlyMap<number, RunnerLoad["samples"]>>;
  loadLoads(): Promise<void>;
  pause(runner: Runner, note: string, drain: boolean): Promise<void>;
  resume(runner: Runner): Promise<void>;
  remove(runner: Runner): Promise<void>;
  /** A token that registers one runner within the hour. */
  newToken(): Promise<{ token: string; expiresAt: string }>;
};

export function openRunnerStore(call: Call, name: () => string): RunnerStore {
  const runners = signal<readonly Runner[] | null>(null);
  const loads = signal<ReadonlyMap<number, RunnerLoad["samples"]>>(new Map());
  const put = (runner: Runner) => {
    if (runners.value !== null) runners.value = sorted([...runners.value.filter(({ id }) => id !== runner.id), runner]);
  };
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
    loads,
    loadLoads: async () => {
      const answer = await call("listRunnerLoads");
      loads.value = new Map(answer.loads.map(({ runnerId, samples }) => [runnerId, samples]));
    },
    pause: async ({ id }, note, drain) => {
      put((await call("pauseRunner", { params: { runner: id }, body: { by: name(), note, drain } })).runner);
    },
    resume: async ({ id }) => {
      put((await call("resumeRunner", { params: { runner: id } })).runner);
    },
    remove: async ({ id }) => {
      await call("removeRunner", { params: { runner: id } });
      if (runners.value !== null) runners.value = runners.value.filter((one) => one.id !== id);
    },
    newToken: () => call("createRunnerToken"),
  };
}
