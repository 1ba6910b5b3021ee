import PQueue from "p-queue";
import type { Logger } from "pino";
import { taskIdOf } from "#domain/task.ts";
import { earOf } from "#operations/hear-elsewhere.ts";
import {
  type Elsewhere,
  ElsewhereBusyError,
  ElsewhereDownError,
  ElsewhereRefusedError,
} from "#operations/ports/elsewhere.ts";
import type { World } from "#operations/ports/world.ts";
import { showElsewhere } from "#operations/show-elsewhere.ts";
import { listTasks } from "#operations/show-tasks.ts";
import type { Integration } from "#protocol/integration.ts";
import type { TaskName } from "#protocol/words.ts";

export type ElsewhereLoop = {
  /** This task may have changed. */
  ring(taskId: number): void;
  /** How it goes with the place. */
  health(): Integration;
  /** Shows something that says only that it is a test; what goes wrong is in the answer. */
  test(): Promise<Integration>;
  close(): Promise<void>;
};

const atOnce = 2;
/** How often everything is compared, for what no ring told. */
const everythingMs = 60_000;
const firstRetryMs = 2_000;
const slowestRetryMs = 10 * 60_000;

/** A task that could not be shown, and is tried again by itself. */
type Late = { why: string; timer: NodeJS.Timeout };

/**
 * Keeps one place outside GitHub showing what is so. A task that the place does not take is tried again by itself, ever
 * more rarely, and keeps no other waiting; when the place as a whole is away or wants rest, all of them wait for it.
 */
export function openElsewhereLoop(world: World, elsewhere: Elsewhere, log: Logger): ElsewhereLoop {
  const queue = new PQueue({ concurrency: atOnce });
  /** Tasks that are in the queue or being shown, and whether they have changed since. */
  const busy = new Map<number, { changed: boolean }>();
  const late = new Map<number, Late>();
  /** How often in a row a task could not be shown. */
  const failuresOf = new Map<number, number>();
  /** Tasks whose last picture was refused for good, and why. */
  const refused = new Map<number, string>();
  /** The place itself: how often in a row it was away, until when it is left alone, and what it said. */
  let down: { failures: number; until: number; why: string } | null = null;
  let last: { ok: boolean; sentence: string } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function lookAtEverything(): void {
    if (isClosed) return;
    for (const task of listTasks(world, {})) ring(taskIdOf(task.name));
    timer = setTimeout(lookAtEverything, everythingMs);
  }

  function ring(taskId: number): void {
    // What is tried again later is shown as it stands by then.
    if (isClosed || late.has(taskId)) return;
    const before = busy.get(taskId);
    if (before !== undefined) {
      before.changed = true;
      return;
    }
    busy.set(taskId, { changed: false });
    void queue.add(async () => {
      await waitForEnd(down?.until ?? 0);
      if (!isClosed) await show(taskId);
      const changed = busy.get(taskId)?.changed === true;
      busy.delete(taskId);
      if (changed) ring(taskId);
    });
  }

  async function show(taskId: number): Promise<void> {
    const name: TaskName = `TASK-${taskId}`;
    try {
      const wrote = await showElsewhere(world, elsewhere, name);
      failuresOf.delete(taskId);
      if (!wrote) return;
      down = null;
      refused.delete(taskId);
      last = { ok: true, sentence: `It shows ${name} as it stands.` };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const about = { integration: elsewhere.name, task: name, error: why };
      if (error instanceof ElsewhereRefusedError) {
        failuresOf.delete(taskId);
        refused.set(taskId, `${name}: ${why}`);
        last = { ok: false, sentence: `${name}: ${why}` };
        log.error(about, "a place does not take what we want to show");
      } else if (error instanceof ElsewhereBusyError || error instanceof ElsewhereDownError) {
        pause(error, why);
        const entry = busy.get(taskId);
        if (entry !== undefined) entry.changed = true;
        log.warn(about, "a place is away or wants rest, will try again");
      } else {
        tryLater(taskId, `${name}: ${why}`);
        log.warn(about, "a place could not be shown a task, will try again");
      }
    }
  }

  function tryLater(taskId: number, why: string): void {
    const failures = (failuresOf.get(taskId) ?? 0) + 1;
    failuresOf.set(taskId, failures);
    const again = () => {
      late.delete(taskId);
      ring(taskId);
    };
    late.set(taskId, { why, timer: setTimeout(again, pauseAfter(failures)) });
  }

  function pause(error: Error, why: string): void {
    // Two were under way when it went away: that is one failure.
    if (down !== null && down.until > world.clock()) return;
    const failures = (down?.failures ?? 0) + 1;
    const until = error instanceof ElsewhereBusyError ? error.until : world.clock() + pauseAfter(failures);
    down = { failures, until, why };
  }

  const closing = new AbortController();
  /** Until this instant of the world's clock, or until the loop is closed. */
  async function waitForEnd(at: number): Promise<void> {
    const ms = at - world.clock();
    if (ms <= 0 || isClosed) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(over);
        closing.signal.removeEventListener("abort", done);
        resolve();
      };
      const over = setTimeout(done, ms);
      closing.signal.addEventListener("abort", done);
    });
  }

  function health(): Integration {
    const { kind, name, place } = elsewhere;
    const deafness = elsewhere.deafness?.() ?? null;
    const trouble = down?.why ?? firstOf(late)?.why ?? (last?.ok === false ? last.sentence : null);
    const refusal = firstOf(refused);
    const news = last?.sentence ?? "Nothing has been shown yet.";
    const shown = trouble ?? (refusal === null ? news : `${news} But ${refusal}.`);
    return {
      kind,
      name,
      place,
      state: trouble !== null || deafness !== null ? "failing" : "good",
      sentence: deafness === null ? shown : `${shown} ${deafness}`,
      pending: busy.size + late.size,
      dead: refused.size,
    };
  }

  elsewhere.listen?.(earOf(world, elsewhere.name, log));
  setImmediate(async () => {
    await elsewhere.ready?.();
    lookAtEverything();
  });
  return {
    ring,
    health,
    async test() {
      try {
        const found = await elsewhere.test();
        down = null;
        last = { ok: true, sentence: found ?? "It took a test message." };
      } catch (error) {
        last = { ok: false, sentence: error instanceof Error ? error.message : String(error) };
      }
      return health();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      for (const one of late.values()) clearTimeout(one.timer);
      closing.abort();
      queue.clear();
      await Promise.all([queue.onIdle(), elsewhere.close()]);
    },
  };
}

function pauseAfter(failures: number): number {
  return Math.min(slowestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 12));
}

function firstOf<T>(found: ReadonlyMap<number, T>): T | null {
  return found.values().next().value ?? null;
}
