import { emptyTrash } from "./git/trash.ts";
import type { JournalEntry } from "./journal.ts";
import type { Log, RunnerConfig } from "./options.ts";
import type { Terminals } from "./terminal/terminals.ts";

/**
 * Puts in order what an earlier runner left on the machine and the journal does not know of: terminals are ended, for
 * nobody would ever look after what runs in them, and what was on its way to be deleted is.
 */
export async function clearStrays(of: {
  options: RunnerConfig;
  terminals: Terminals;
  entries: readonly JournalEntry[];
  log: Log;
}): Promise<void> {
  const { terminals, entries, log } = of;
  for (const { name } of await terminals.list()) {
    if (isOfRun(name, entries)) continue;
    log.warn({ terminal: name }, "a terminal of no run was ended");
    await terminals.end(name);
  }
  // A large worktree takes a while to delete; nobody waits for it.
  emptyTrash(of.options.home).catch((error: unknown) => {
    log.warn({ error: String(error) }, "what was removed earlier could not be deleted");
  });
}

/** Whether the terminal of this name is that of one of these runs. */
export function isOfRun(name: string, entries: readonly JournalEntry[]): boolean {
  const starts = entries.map(({ offer }) => `${offer.task.toLowerCase()}-run-${offer.runId}`);
  return starts.some((start) => name === start || name.startsWith(`${start}-`));
}
