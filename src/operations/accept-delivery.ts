import type { Delivery } from "./ports/deliveries.ts";
import type { World } from "./ports/world.ts";

/**
 * Stores a verified webhook delivery with what it asks, before GitHub gets its answer.
 * @returns false when this delivery is known; nothing changes then
 */
export function acceptDelivery(world: Pick<World, "store" | "bell">, delivery: Delivery): boolean {
  const isNew = world.store.transaction(() => world.store.deliveries.insert(delivery));
  if (isNew && delivery.happening !== null) world.bell.work();
  return isNew;
}
