import type { World } from "./ports/world.ts";

/** GitHub keeps what it failed to deliver for this long. */
export const deliveryWindowMs = 3 * 24 * 60 * 60_000;

/**
 * Asks GitHub to tell again, once each, what it failed to tell us and nobody has told us since (F19).
 * @param since milliseconds since 1970
 * @returns how many it was asked for
 */
export async function redeliverMissed(world: World, since: number): Promise<number> {
  const { store, github } = world;
  let asked = 0;
  for (const { id, guid } of await github.failedDeliveries(since)) {
    if (store.deliveries.isKnown(guid)) continue;
    if (!store.transaction(() => store.reconciling.askAgain(guid, world.clock()))) continue;
    await github.redeliver(id);
    asked += 1;
  }
  return asked;
}
