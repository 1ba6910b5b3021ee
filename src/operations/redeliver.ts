import type { World } from "./ports/world.ts";

/** GitHub keeps what it failed to deliver for this long. */
export const deliveryWindowMs = 3 * 24 * 60 * 60_000;

/** So many attempts of one delivery are asked to be repeated; what we refuse each time is given up then. */
const attemptsRepeated = 5;

/**
 * Asks GitHub to tell again what it failed to tell us and nobody has told us since (F19): each failed attempt once, so that
 * a repetition that fails as well is repeated too. It is recorded afterwards: asked twice is harmless, never asked is not.
 * @param since milliseconds since 1970
 * @returns how many it was asked for
 */
export async function redeliverMissed(world: World, since: number): Promise<number> {
  const { store, github } = world;
  let count = 0;
  for (const { id, guid } of await github.failedDeliveries(since)) {
    if (store.deliveries.isKnown(guid)) continue;
    const asked = store.reconciling.attemptsAsked(guid);
    if (asked.includes(id) || asked.length >= attemptsRepeated) continue;
    await github.redeliver(id);
    store.transaction(() => store.reconciling.askedAgain(guid, id, world.clock()));
    count += 1;
  }
  return count;
}
