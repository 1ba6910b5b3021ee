import type { ApiFaults } from "./server/faults.ts";
import type { World } from "./state/world.ts";
import type { Hook } from "./webhooks/hook.ts";

/** What can be made to go wrong, of the API and of the webhooks. */
export function faultSwitches(world: World, api: ApiFaults, hook: Hook) {
  const { faults } = hook;
  return {
    failNext: api.failNext.bind(api),
    delay: api.delay.bind(api),
    clear: api.clear.bind(api),
    /** @param events the names of those that are dropped */
    dropWebhooks: (count: number, events = /./): void => {
      faults.drop += count;
      faults.dropped = events;
    },
    duplicateWebhooks: (count: number): void => {
      faults.duplicate += count;
    },
    reorderWebhooks: (count: number): void => {
      faults.reorder += count;
    },
    /** So many events are delivered only after so many milliseconds; those after them are not. */
    delayWebhooks: (count: number, ms: number): void => {
      faults.delay += count;
      faults.delayMs = ms;
    },
    /** GitHub works out whether a pull request can be merged when it is asked; so often it does not know yet. */
    hideMergeable: (times: number): void => {
      world.mergeableUnknown = times;
    },
    /** The way is clear again, and what was held back is delivered. */
    clearWebhooks: (): void => hook.clearFaults(),
  };
}
