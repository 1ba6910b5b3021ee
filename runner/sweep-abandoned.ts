import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "#protocol/client.ts";
import { mirrorsIn } from "./git/mirrors-on-disk.ts";
import { treeFolder } from "./git/task-repository.ts";
import { namesIn } from "./names-in.ts";
import type { Log } from "./options.ts";
import { removeTree } from "./sweep-home.ts";

const timeoutMs = 30_000;
/** So many are asked about at a time; the rest an hour later. */
const mostTasks = 1_000;

/**
 * Saves and removes worktrees that were kept for an answer which nobody waits for any more, as when the task was stopped
 * meanwhile. The server says which; its word counts only for tasks that no run here uses.
 * @param of.isInUse asked right before a worktree is removed
 */
export async function sweepAbandoned(of: {
  home: string;
  client: Client;
  isInUse: (name: string) => boolean;
  log: Log;
}): Promise<void> {
  const { home, client, log } = of;
  const kept = (await namesIn(join(home, "tasks")))
    .filter((name) => existsSync(join(home, "tasks", name, "work", treeFolder)) && !of.isInUse(name))
    .flatMap((name) => {
      const task = /-(TASK-\d+)$/.exec(name)?.[1];
      return task === undefined ? [] : [{ name, task }];
    })
    .slice(0, mostTasks);
  if (kept.length === 0) return;
  const { tasks } = await client("abandoned", { body: { tasks: kept.map(({ task }) => task) }, timeoutMs });
  const mirrors = await mirrorsIn(home);
  for (const { name, task } of kept) {
    if (!tasks.includes(task) || of.isInUse(name)) continue;
    try {
      const saved = await removeTree(home, mirrors, join(home, "tasks", name, "work"));
      if (saved !== null) log.info({ ...saved }, "a worktree that nobody waits for was saved and removed");
    } catch (error) {
      log.error({ task, error: String(error) }, "a worktree that nobody waits for could not be saved, and stays");
    }
  }
}
