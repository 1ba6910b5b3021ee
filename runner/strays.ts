import { emptyTrash } from "./git/trash.ts";
import { readJournal } from "./journal.ts";
import type { Log, RunnerConfig } from "./options.ts";
import type { Terminals } from "./terminal/terminals.ts";

/**
 * Puts in order what an earlier runner left on the machine and the journal does not know of: terminals are ended, and what
 * was on its way to be deleted is.
 */
export async function clearStrays(of: { options: RunnerConfig; terminals: Terminals; log: Log }): Promise<void> {
  const { options, log } = of;
  await endStrays({ ...of, home: options.home });
  // A large worktree takes a while to delete; nobody waits for it.
  emptyTrash(options.home).catch((error: unknown) => {
    log.warn({ error: String(error) }, "what was removed earlier could not be deleted");
  });
}

/** Ends terminals that belong to no run of the journal: nobody would ever look after what runs in them. */
export async function endStrays(of: {
  home: string;
  terminals: Pick<Terminals, "list" | "end">;
  log: Log;
}): Promise<void> {
  const { home, terminals, log } = of;
  for (const { name, hasRun } of await withRuns(home, terminals.list)) {
    if (hasRun) continue;
    log.warn({ terminal: name }, "a terminal of no run was ended");
    await terminals.end(name);
  }
}

/** Terminals, each with whether it is that of a run in the journal of this runner's folder. */
export async function withRuns(
  home: string,
  list: () => Promise<readonly { name: string }[]>,
): Promise<{ name: string; hasRun: boolean }[]> {
  const before = readJournal(home);
  const found = await list();
  // A run may have begun or ended meanwhile.
  const known = [...before, ...readJournal(home)].map(({ offer }) => `${offer.task.toLowerCase()}-run-${offer.runId}`);
  return found.map(({ name }) => ({
    name,
    hasRun: known.some((start) => name === start || name.startsWith(`${start}-`)),
  }));
}
