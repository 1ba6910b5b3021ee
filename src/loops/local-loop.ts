import type { Logger } from "pino";
import { followLocalBranches, restingLocalTasks } from "#operations/follow-local-branches.ts";
import type { World } from "#operations/ports/world.ts";
import { type Loop, openLoop } from "./loop.ts";

/** Watches one repository. @returns how to end it; null where nothing can be told */
export type Watch = (folder: string, onMove: () => void) => Promise<(() => void) | null>;

/** A merge moves a branch and then some: what follows within this time is looked at together. */
const settleMs = 300;

/**
 * Looks whether work of tasks was merged in the repositories of this machine: when one of their branches moves, and now
 * and then where that is not told.
 */
export function openLocalLoop(world: World, log: Logger, watch: Watch): Loop {
  /** By folder: how to end the watching, and whether something has moved since the last look. */
  const watched = new Map<string, { end: (() => void) | null; hasMoved: boolean }>();
  const loop = openLoop({
    clock: world.clock,
    retryMs: 30_000,
    onError: (error) => log.warn({ error: String(error) }, "the branches of this machine could not be looked at"),
    async turn() {
      const wanted = new Set(restingLocalTasks(world).map(({ cloneUrl }) => cloneUrl));
      for (const [folder, { end }] of watched) {
        if (wanted.has(folder)) continue;
        end?.();
        watched.delete(folder);
      }
      for (const folder of wanted) await look(folder);
      return null;
    },
  });

  async function look(folder: string): Promise<void> {
    const known = watched.get(folder);
    const state = known ?? { end: null, hasMoved: true };
    if (known === undefined) {
      watched.set(folder, state);
      state.end = await watch(folder, () => {
        state.hasMoved = true;
        setTimeout(loop.ring, settleMs).unref();
      });
    }
    if (!state.hasMoved && state.end !== null) return;
    state.hasMoved = false;
    const done = await followLocalBranches(world, folder);
    if (done.length > 0) log.info({ folder, tasks: done }, "work was merged");
  }

  return {
    ring: loop.ring,
    async close() {
      await loop.close();
      for (const { end } of watched.values()) end?.();
      watched.clear();
    },
  };
}
