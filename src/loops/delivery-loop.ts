import type { Logger } from "pino";
import type { World } from "#operations/ports/world.ts";
import { workNextDelivery } from "#operations/work-delivery.ts";
import { type Loop, openLoop } from "./loop.ts";

/** Works deliveries one after the other, in their order of arrival. */
export function openDeliveryLoop(world: World, log: Logger): Loop {
  return openLoop({
    clock: world.clock,
    retryMs: 1_000,
    onError: (error) => log.error({ error: String(error) }, "a delivery could not be worked"),
    async turn() {
      while (await workNextDelivery(world));
      return world.store.deliveries.nextPendingAt();
    },
  });
}
