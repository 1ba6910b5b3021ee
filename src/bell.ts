import type { Logger } from "pino";
import { taskName } from "#domain/task.ts";
import type { Live } from "#http/live.ts";
import type { Bell, World } from "#operations/ports/world.ts";
import { actOfCommand } from "#operations/show-acts.ts";
import { listRunners } from "#operations/show-runners.ts";
import { showTask } from "#operations/show-tasks.ts";

/** Later, and never fatal: what changed may be gone by then. */
export function soon(log: Logger, tell: () => void): void {
  setImmediate(() => {
    try {
      tell();
    } catch (error) {
      log.debug({ error: String(error) }, "a change could not be told");
    }
  });
}

/** Rings what waits inside, and tells the live stream what changed. */
export function bellOf(
  world: () => World,
  live: Live,
  log: Logger,
  inside: { queue: () => void; tasks: () => void; work: () => void; change: (taskId?: number) => void },
): Bell {
  return {
    queue: () => soon(log, inside.queue),
    work: () => soon(log, inside.work),
    task: (id) =>
      soon(log, () => {
        inside.tasks();
        inside.change(id);
        live.publish({ kind: "task", task: showTask(world(), taskName(id)) });
      }),
    command: (of) =>
      soon(log, () => {
        const act = actOfCommand(world(), of);
        if (act !== null) live.publish({ kind: "act", ...act });
      }),
    runner: (id) =>
      soon(log, () => {
        inside.change();
        const runner = listRunners(world()).find((one) => one.id === id);
        if (runner !== undefined) live.publish({ kind: "runner", runner });
      }),
    log: (taskId, runId, lines) => live.publish({ kind: "log", task: taskName(taskId), runId, lines: [...lines] }),
  };
}
