import { taskName } from "#domain/task.ts";
import type { Presence } from "#protocol/team.ts";
import type { World } from "./ports/world.ts";

/** Who is at the terminal of a run. */
export type AtTerminal = { runId: number; watchers: readonly string[]; hands: string | null };

/** The same, by the run's task; null when there is no such run any more. */
export function presenceOf(world: Pick<World, "store">, { runId, watchers, hands }: AtTerminal): Presence | null {
  const run = world.store.runs.get(runId);
  return run && { task: taskName(run.taskId), watchers: [...watchers], hands };
}

/** Who is where, as far as whoever asks sees the tasks. */
export function showPresence(
  world: Pick<World, "store">,
  at: readonly AtTerminal[],
  sees: (repository: string) => boolean,
): Presence[] {
  return at.flatMap((one) => {
    const taskId = world.store.runs.get(one.runId)?.taskId;
    const repository = taskId === undefined ? undefined : world.store.tasks.get(taskId)?.repository.name;
    return repository !== undefined && sees(repository) ? (presenceOf(world, one) ?? []) : [];
  });
}
