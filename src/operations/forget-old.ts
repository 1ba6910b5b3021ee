import type { World } from "./ports/world.ts";

const dayMs = 24 * 60 * 60_000;

/** How long what is finished is kept; tasks and runs themselves are kept for good. */
export const retention = {
  /** Deliveries, so that a repeat is known: GitHub repeats none that is older than three days. */
  deliveriesMs: 7 * dayMs,
  /** Registration tokens after their hour. */
  tokensMs: dayMs,
  /** Logs of runs, from the end of their task's last run. */
  logsMs: 30 * dayMs,
  /** Who did what. */
  auditMs: 365 * dayMs,
  /** Messages to receivers of webhooks, delivered or given up. */
  messagesMs: 7 * dayMs,
} as const;

export type Forgotten = { deliveries: number; tokens: number; logs: number };

/** Removes what nobody needs any more. What is not finished stays, however old it is. */
export async function forgetOld(world: World): Promise<Forgotten> {
  const { store, logs } = world;
  const now = world.clock();
  const rows = store.transaction(() => {
    store.reconciling.forgetBefore(now - retention.deliveriesMs);
    store.audit.forgetBefore(now - retention.auditMs);
    store.commands.forgetBefore(now - retention.deliveriesMs);
    store.messages.forgetBefore(now - retention.messagesMs);
    store.sessionEnds.forgetBefore(now);
    store.marks.forgetBefore("hook:", now - retention.messagesMs);
    store.words.forgetBefore(now - retention.deliveriesMs);
    return {
      deliveries: store.deliveries.forgetBefore(now - retention.deliveriesMs),
      tokens: store.registrationTokens.forgetBefore(now - retention.tokensMs),
    };
  });
  let removed = 0;
  for (const taskId of await logs.tasks()) {
    if (!isLongOver(world, taskId, now - retention.logsMs)) continue;
    await logs.remove(taskId);
    removed += 1;
  }
  return { ...rows, logs: removed };
}

function isLongOver(world: World, taskId: number, before: number): boolean {
  const runs = world.store.runs.ofTask(taskId);
  return runs.every(({ completedAt }) => completedAt !== null && completedAt < before);
}
