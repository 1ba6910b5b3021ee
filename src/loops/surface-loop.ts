import { setTimeout as pause } from "node:timers/promises";
import PQueue from "p-queue";
import type { Logger } from "pino";
import { applySurfaces } from "#operations/apply-surfaces.ts";
import { GitHubBusyError } from "#operations/ports/github.ts";
import type { World } from "#operations/ports/world.ts";
import { thankForWords } from "#operations/say-words.ts";
import { writeNotices } from "#operations/write-notices.ts";
import { writeReplies } from "#operations/write-replies.ts";
import { type Loop, openLoop } from "./loop.ts";

/** Tasks whose surfaces are written at the same time; the writes of one installation queue up behind each other. */
const atOnce = 4;
const slowestRetryMs = 5 * 60_000;
/** How long nothing is tried where not even that can be written down. */
const unwrittenMs = 2_000;

type Due = { taskId: number; dueAt: number; tries: number };

/** Keeps GitHub showing what is so: writes the surfaces that are due, several tasks at a time, one at a time per task. */
export function openSurfaceLoop(world: World, log: Logger): Loop {
  const busy = new Set<number>();
  const closing = new AbortController();
  const loop = openLoop({
    clock: world.clock,
    retryMs: 2_000,
    onError: (error) => log.warn({ error: describe(error) }, "surfaces could not be written, will try again"),
    async turn() {
      await writeNotices(world);
      await writeReplies(world);
      await thankForWords(world);
      for (const due of world.store.surfaces.due(world.clock())) {
        if (!busy.has(due.taskId)) enqueue(due);
      }
      return world.store.surfaces.nextDueAt();
    },
  });
  const queue = new PQueue({ concurrency: atOnce });

  function enqueue(due: Due): void {
    busy.add(due.taskId);
    void queue.add(async () => {
      try {
        await apply(due);
      } catch (error) {
        // Not even that it waits can be written down, as on a full disk: it stays due, and is tried after a while.
        log.warn({ task: due.taskId, error: describe(error) }, "surfaces could not be postponed");
        await pause(unwrittenMs, undefined, { signal: closing.signal }).catch((error: unknown) => {
          if (!closing.signal.aborted) throw error;
        });
      }
      busy.delete(due.taskId);
      loop.ring();
    });
  }

  async function apply({ taskId, dueAt, tries }: Due): Promise<void> {
    const { store } = world;
    try {
      const refused = await applySurfaces(world, taskId);
      if (refused.length > 0) log.error({ task: taskId, refused }, "GitHub does not take what we want to show");
      store.transaction(() => store.surfaces.settle(taskId, dueAt));
    } catch (error) {
      const later = Math.min(slowestRetryMs, 1_000 * 2 ** Math.min(tries, 10));
      const at = error instanceof GitHubBusyError ? error.until : world.clock() + later;
      log.warn({ task: taskId, error: describe(error), at: new Date(at).toISOString() }, "surfaces have to wait");
      store.transaction(() => store.surfaces.postpone(taskId, at));
    }
  }
  return {
    ring: loop.ring,
    async close() {
      closing.abort();
      await loop.close();
      queue.clear();
      await queue.onIdle();
    },
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
