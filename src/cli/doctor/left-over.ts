import { lstatSync, rmSync } from "node:fs";
import { listWorktrees, removeWorktree, runnerProcesses, staleSockets, type WorktreeHere } from "../programs/here.ts";
import type { Check } from "./check.ts";

/** What runners that are gone have left: sockets that nothing listens at, worktrees that nothing works in. */
export async function checkLeftOver(home: string): Promise<Check[]> {
  // One that works tidies up by itself, and knows best what it needs.
  if ((await runnerProcesses(home)).length > 0) return [];
  const [sockets, worktrees] = await Promise.all([staleSockets(home), listWorktrees(home)]);
  return [...sockets.map(socketCheck), ...worktrees.filter(({ isBusy }) => !isBusy).map(worktreeCheck)];
}

function socketCheck(path: string): Check {
  return {
    name: "terminals",
    verdict: "note",
    found: `nothing listens at ${path} any more`,
    advice: "The next runner makes it anew.",
    fix: {
      done: `removed ${path}`,
      apply: async () => {
        if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path, { force: true });
      },
    },
  };
}

function worktreeCheck(one: WorktreeHere): Check {
  return {
    name: "worktrees",
    verdict: "note",
    found: `nothing works in that of ${one.task} (${one.path})`,
    advice: "Remove it, after saving its work: cc-orchestrator worktree prune",
    fix: {
      done: `removed the worktree of ${one.task}, its work saved: cc-orchestrator task recover ${one.task}`,
      apply: async () => {
        const removal = await removeWorktree(one);
        if (removal === null) throw new Error(`${one.path} is no worktree that can be removed safely`);
        if (removal.keptAt !== null)
          throw new Error(`not all of it could be saved, so it is kept at ${removal.keptAt}`);
      },
    },
  };
}
