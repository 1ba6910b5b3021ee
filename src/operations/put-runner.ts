import type { RunnerFacts } from "./ports/runners.ts";
import type { World } from "./ports/world.ts";

/** What is known of a runner when it comes; everything else it has to tell first. */
export type ArrivingRunner = Pick<
  RunnerFacts,
  "name" | "credentialHash" | "labels" | "slots" | "version" | "sandbox" | "repositories" | "onlyRun" | "endsAt"
>;

/** Part of a transaction: a runner that may come, or comes again under its name with another credential. */
export function putRunner({ store, clock }: World, arriving: ArrivingRunner): RunnerFacts {
  const facts: Omit<RunnerFacts, "id"> = {
    ...arriving,
    draining: false,
    heartbeatAt: null,
    freeMemoryBytes: null,
    freeDiskBytes: null,
    notClaiming: null,
    holder: null,
    registeredAt: clock(),
  };
  const known = store.runners.byName(arriving.name);
  if (known === null) return store.runners.insert(facts);
  const renewed = { ...facts, id: known.id };
  store.runners.update(renewed);
  return renewed;
}
