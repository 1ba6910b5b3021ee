import { schedule } from "node-cron";
import type { Logger } from "pino";
import { forgetOld } from "#operations/forget-old.ts";
import type { World } from "#operations/ports/world.ts";

/** Removes what is past its time, at the start and every night: a laptop's server is seldom there at night. */
export function openRetentionLoop(world: World, log: Logger): { close(): Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  function look(): void {
    last = last.then(async () => {
      try {
        const forgotten = await forgetOld(world);
        if (Object.values(forgotten).some((count) => count > 0)) log.info(forgotten, "removed what is past its time");
      } catch (error) {
        log.error({ error: String(error) }, "what is past its time could not be removed");
      }
    });
  }
  const task = schedule("17 3 * * *", look);
  look();
  return {
    async close() {
      await task.destroy();
      await last;
    },
  };
}
