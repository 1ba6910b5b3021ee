import { schedule } from "node-cron";
import type { Logger } from "pino";
import { clockJump } from "#domain/lease.ts";
import { tendQuestions } from "#operations/ask-question.ts";
import { bringForward } from "#operations/bring-forward.ts";
import { expireLeases, shiftLeases } from "#operations/expire-leases.ts";
import type { World } from "#operations/ports/world.ts";
import { wakeQueue } from "#operations/wake-queue.ts";

/** Looks every five seconds at what time alone changes: leases, and runs that were to wait. */
export function openLeaseSweep(
  world: World,
  log: Logger,
): {
  /** Looks now. @returns how many leases were past their time */
  now(): number;
  close(): Promise<void>;
} {
  const clocks = () => ({ wall: world.clock(), monotonic: performance.now() });
  let watchedSince = world.clock();
  let last = clocks();
  let wokenAt = 0;

  function look(): number {
    const now = clocks();
    const jump = clockJump(last, now);
    last = now;
    if (jump !== 0) {
      log.warn({ jump }, "the clock was set, or the machine slept: leases are counted from now on");
      shiftLeases(world, jump);
      watchedSince = now.wall;
      bringForward(world);
    }
    const expired = expireLeases(world, watchedSince);
    tendQuestions(world);
    wokenAt = wakeQueue(world, wokenAt);
    return expired;
  }

  // Nobody knows what was done to the clock while the server was away.
  bringForward(world);
  const task = schedule("*/5 * * * * *", () => {
    try {
      look();
    } catch (error) {
      log.error({ error: String(error) }, "leases could not be looked at");
    }
  });
  return {
    now: look,
    async close() {
      await task.destroy();
    },
  };
}
