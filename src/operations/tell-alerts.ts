import type { Alert } from "#domain/alert.ts";
import { isAsLoudAs, notificationOf } from "#domain/notification.ts";
import type { NotificationPolicy } from "#protocol/notification.ts";
import type { Elsewhere } from "./ports/elsewhere.ts";
import type { World } from "./ports/world.ts";

const place = "alerts";
type Told = { sentence: string };

/**
 * Tells the places what is wrong and they were not told of, and what is over and they were: each once, whoever dies in
 * between. A place that does not take it is told later; a quiet hour lets it wait.
 * @param since when each alert began, by its key
 * @returns what a place did not take, in words
 */
export async function tellAlerts(
  world: World,
  of: {
    alerts: readonly Alert[];
    over: readonly string[];
    since: ReadonlyMap<string, number>;
    policy: NotificationPolicy;
    elsewheres: readonly Elsewhere[];
  },
): Promise<string[]> {
  const failed: string[] = [];
  for (const elsewhere of of.elsewheres) {
    if (elsewhere.alert === undefined) continue;
    try {
      for (const alert of of.alerts) await tell(world, elsewhere, alert, of);
      for (const key of of.over) await tellOver(world, elsewhere, key);
    } catch (error) {
      failed.push(`${elsewhere.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return failed;
}

async function tell(
  world: World,
  elsewhere: Elsewhere,
  { event, key, sentence, repository }: Alert,
  of: { since: ReadonlyMap<string, number>; policy: NotificationPolicy },
): Promise<void> {
  const { marks } = world.store;
  const name = `${elsewhere.name} ${key}`;
  if (marks.get(place, name) !== null) return;
  const now = world.clock();
  const about = { event, surface: elsewhere.name, repository, priority: null, requestedBy: null };
  const { loudness, who } = notificationOf(of.policy, { ...about, since: of.since.get(key) ?? now }, now);
  if (!isAsLoudAs(loudness, "channel")) return;
  await elsewhere.alert?.({ sentence, who, isOver: false });
  world.store.transaction(() => marks.put(place, name, JSON.stringify({ sentence } satisfies Told), now));
}

async function tellOver(world: World, elsewhere: Elsewhere, key: string): Promise<void> {
  const { marks } = world.store;
  const name = `${elsewhere.name} ${key}`;
  const told = marks.get(place, name);
  if (told === null) return;
  const { sentence } = JSON.parse(told) as Told;
  await elsewhere.alert?.({ sentence, who: [], isOver: true });
  world.store.transaction(() => marks.remove(place, name));
}
