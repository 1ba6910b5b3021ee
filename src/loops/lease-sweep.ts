import { schedule } from "node-cron";
import type { Logger } from "pino";
import { expireLeases } from "#operations/expire-leases.ts";
import type { World } from "#operations/ports.ts";

/** Looks at every lease every five seconds. */
export function openLeaseSweep(world: World, log: Logger): { close(): Promise<void> } {
  const task = schedule("*/5 * * * * *", () => {
    try {
      expireLeases(world);
    } catch (error) {
      log.error({ error: String(error) }, "leases could not be looked at");
    }
  });
  return {
    async close() {
      await task.destroy();
    },
  };
}
