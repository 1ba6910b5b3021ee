import type { Logger } from "pino";
import { findAlerts } from "#operations/find-alerts.ts";
import type { Elsewhere } from "#operations/ports/elsewhere.ts";
import type { World } from "#operations/ports/world.ts";
import { tellAlerts } from "#operations/tell-alerts.ts";
import type { Integration } from "#protocol/integration.ts";
import type { HealthEvent, NotificationPolicy } from "#protocol/notification.ts";
import { openLoop } from "./loop.ts";

/** How long something has to be wrong before it is told. */
const patienceMs = {
  runner_lost: 0,
  queue_stuck: 0,
  budget_near: 0,
  integration_failing: 5 * 60_000,
} as const satisfies Record<HealthEvent, number>;
const everyMs = 30_000;
const retryMs = 60_000;

/** Looks every half minute whether something is wrong with the whole, and tells the places of it. */
export function openAlertLoop(
  world: World,
  of: {
    policy: NotificationPolicy;
    elsewheres: readonly Elsewhere[];
    integrations: () => readonly Integration[];
    log: Logger;
    /** Another pace, for tests. */
    everyMs?: number;
    patienceMs?: number;
  },
): { close(): Promise<void> } {
  const { policy, log } = of;
  const elsewheres = of.elsewheres.filter(({ alert }) => alert !== undefined);
  if (elsewheres.length === 0) return { close: async () => undefined };
  const since = new Map<string, number>();
  /** What was wrong, also in the life of the process before this one. */
  const known = new Set(world.store.marks.names("alerts").map((name) => name.slice(name.indexOf(" ") + 1)));
  const loop = openLoop({
    clock: world.clock,
    retryMs,
    onError: (error) => log.error({ error: String(error) }, "could not look for what is wrong"),
    async turn() {
      const now = world.clock();
      const found = findAlerts(world, of.integrations());
      for (const { key } of found) since.set(key, since.get(key) ?? now);
      const over = [...new Set([...since.keys(), ...known])].filter((key) => !found.some((one) => one.key === key));
      for (const key of over) since.delete(key);
      const due = found.filter(
        ({ key, event }) => now - (since.get(key) ?? now) >= (of.patienceMs ?? patienceMs[event]),
      );
      for (const { key } of due) known.add(key);
      const failed = await tellAlerts(world, { alerts: due, over, since, policy, elsewheres });
      if (failed.length === 0) for (const key of over) known.delete(key);
      for (const error of failed) log.warn({ error }, "a place could not be told what is wrong, will try again");
      return now + (of.everyMs ?? everyMs);
    },
  });
  loop.ring();
  return loop;
}
