import PQueue from "p-queue";
import type { Logger } from "pino";
import { taskIdOf } from "#domain/task.ts";
import { answerElsewhere } from "#operations/answer-elsewhere.ts";
import { type Elsewhere, ElsewhereBusyError, ElsewhereRefusedError } from "#operations/ports/elsewhere.ts";
import type { World } from "#operations/ports/world.ts";
import { showElsewhere } from "#operations/show-elsewhere.ts";
import { listTasks, showTask } from "#operations/show-tasks.ts";
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

/** Keeps one place outside GitHub showing what is so: one task at a time, at its own pace, with its own pauses. */
export function openElsewhereLoop(world: World, elsewhere: Elsewhere, log: Logger): ElsewhereLoop {
  const queue = new PQueue({ concurrency: atOnce });
  /** Tasks that are in the queue or being shown, and whether they have changed since. */
  const busy = new Map<number, { changed: boolean }>();
  /** Tasks whose last picture was refused for good. */
  const refused = new Set<number>();
  let failures = 0;
  let pauseUntil = 0;
  let last: { ok: boolean; sentence: string } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function lookAtEverything(): void {
    if (isClosed) return;
    for (const task of listTasks(world, {})) ring(taskIdOf(task.name));
    timer = setTimeout(lookAtEverything, everythingMs);
  }

  function ring(taskId: number): void {
    if (isClosed) return;
    const before = busy.get(taskId);
    if (before !== undefined) {
      before.changed = true;
      return;
    }
    busy.set(taskId, { changed: false });
    void queue.add(async () => {
      await waitForEnd(pauseUntil);
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
      failures = 0;
      if (!wrote) return;
      refused.delete(taskId);
      last = { ok: true, sentence: `It shows ${name} as it stands.` };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      last = { ok: false, sentence: `${name}: ${why}` };
      if (error instanceof ElsewhereRefusedError) {
        refused.add(taskId);
        log.error(
          { integration: elsewhere.name, task: name, error: why },
          "a place does not take what we want to show",
        );
        return;
      }
      failures += 1;
      const later = world.clock() + Math.min(slowestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 12));
      pauseUntil = error instanceof ElsewhereBusyError ? error.until : later;
      const entry = busy.get(taskId);
      if (entry !== undefined) entry.changed = true;
      log.warn(
        { integration: elsewhere.name, task: name, error: why },
        "a place could not be shown a task, will try again",
      );
    }
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
    const state = last?.ok === false || deafness !== null ? "failing" : "good";
    const shown = last?.sentence ?? "Nothing has been shown yet.";
    const sentence = deafness === null ? shown : `${shown} ${deafness}`;
    return { kind, name, place, state, sentence, pending: busy.size, dead: refused.size };
  }

  elsewhere.listen?.({
    answer: (asked) => answerElsewhere(world, asked),
    look: (name) => (world.store.tasks.get(taskIdOf(name)) === null ? null : showTask(world, name)),
    log,
  });
  setImmediate(lookAtEverything);
  return {
    ring,
    health,
    async test() {
      try {
        await elsewhere.test();
        last = { ok: true, sentence: "It took a test message." };
      } catch (error) {
        last = { ok: false, sentence: error instanceof Error ? error.message : String(error) };
      }
      return health();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      closing.abort();
      queue.clear();
      await Promise.all([queue.onIdle(), elsewhere.close()]);
    },
  };
}
