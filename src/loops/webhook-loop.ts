import type { Logger } from "pino";
import { taskName } from "#domain/task.ts";
import { announceRunner, announceTask, beginAnnouncing } from "#operations/announce.ts";
import type { Postman, Receiver } from "#operations/ports/webhooks.ts";
import type { World } from "#operations/ports/world.ts";
import { sendMessages } from "#operations/send-messages.ts";
import { listRunners } from "#operations/show-runners.ts";
import { listTasks, showTask } from "#operations/show-tasks.ts";
import { type Loop, openLoop } from "./loop.ts";

export type WebhookLoop = {
  /** This task may have changed; without one, some runner. */
  ring(taskId?: number): void;
  close(): Promise<void>;
};

/** How often everything is compared, for what no ring told. */
const everythingMs = 60_000;

/**
 * Tells receivers of webhooks what changed, each at its own pace: one that is away keeps nobody waiting.
 * What changed is found by comparing what is so with what was told, so that nothing is missed whoever dies in between.
 */
export function openWebhookLoop(
  world: World,
  of: { postman: Postman; receivers: readonly Receiver[]; log: Logger; onSent: () => void },
): WebhookLoop {
  const { postman, receivers, log } = of;
  beginAnnouncing(world, receivers);
  if (receivers.length === 0) return { ring: () => undefined, close: async () => undefined };
  const senders = receivers.map(({ name }) =>
    openLoop({
      clock: world.clock,
      retryMs: 5_000,
      onError: (error) => log.error({ receiver: name, error: String(error) }, "messages could not be sent"),
      async turn() {
        for (let taken = 1; taken > 0; of.onSent()) taken = await sendMessages(world, postman, name);
        return world.store.messages.nextDueAt(name);
      },
    }),
  );
  const changed = new Set<number>();
  let lookedAt = Number.NEGATIVE_INFINITY;
  const announcing: Loop = openLoop({
    clock: world.clock,
    retryMs: 5_000,
    onError: (error) => log.error({ error: String(error) }, "changes could not be announced"),
    async turn() {
      const ids = [...changed];
      changed.clear();
      if (world.clock() - lookedAt >= everythingMs) {
        lookedAt = world.clock();
        for (const task of listTasks(world, {}).reverse()) announceTask(world, receivers, task);
      } else {
        for (const id of ids) announceTask(world, receivers, showTask(world, taskName(id)));
      }
      for (const runner of listRunners(world)) announceRunner(world, receivers, runner);
      for (const sender of senders) sender.ring();
      return null;
    },
  });
  announcing.ring();
  return {
    ring(taskId) {
      if (taskId !== undefined) changed.add(taskId);
      announcing.ring();
    },
    async close() {
      await Promise.all([announcing.close(), ...senders.map((sender) => sender.close())]);
    },
  };
}
