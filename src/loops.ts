import type { Logger } from "pino";
import { watchBranches } from "#local/watch-branches.ts";
import type { World } from "#operations/ports/world.ts";
import { openDeliveryLoop } from "./loops/delivery-loop.ts";
import { openFollowLoop } from "./loops/follow-loop.ts";
import { openJobLoop } from "./loops/job-loop.ts";
import { openLeaseSweep } from "./loops/lease-sweep.ts";
import { openLocalLoop } from "./loops/local-loop.ts";
import { openReconcileLoop } from "./loops/reconcile-loop.ts";
import { openRetentionLoop } from "./loops/retention-loop.ts";
import { openSurfaceLoop } from "./loops/surface-loop.ts";

/** Everything that the control plane does by itself. */
export function openLoops(world: World, of: { log: Logger; nextPoll: Parameters<typeof openReconcileLoop>[2] }) {
  const { log } = of;
  const reconciling = openReconcileLoop(world, log, of.nextPoll);
  /** Those that look as soon as there is something to do. */
  const rung = [
    openDeliveryLoop(world, log),
    openSurfaceLoop(world, log),
    openFollowLoop(world, log),
    openJobLoop(world, log),
    openLocalLoop(world, log, watchBranches),
  ];
  const sweep = openLeaseSweep(world, log);
  const all = [...rung, reconciling, sweep, openRetentionLoop(world, log)];
  return {
    ring(): void {
      for (const loop of rung) loop.ring();
    },
    begin: () => reconciling.begin(),
    reconcile: async (repository: string | null) => ({
      ...(await reconciling.now(repository)),
      leases: sweep.now(),
    }),
    /** Ends what is under way, and begins nothing more. */
    close: () => Promise.all(all.map((loop) => loop.close())),
  };
}
