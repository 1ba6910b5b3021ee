import type { Context } from "./context.ts";
import { counted } from "./counted.ts";
import { readHome } from "./programs/configuration.ts";
import { listTerminals, listWorktrees } from "./programs/here.ts";

/** What this machine's runners have, and what of it no run works in; they put it in order by themselves. */
export type Here = { worktrees: number; idle: string[]; terminals: number; strays: string[] };

/** @returns also why terminals could not be looked at, in a sentence */
export async function lookHere({ env, folder }: Context): Promise<{ here: Here; problem: string | null }> {
  const here: Here = { worktrees: 0, idle: [], terminals: 0, strays: [] };
  const read = await readHome({ env, folder }, {});
  if ("problems" in read) return { here, problem: null };
  const worktrees = await listWorktrees(read.home);
  here.worktrees = worktrees.length;
  here.idle = worktrees.filter(({ isBusy }) => !isBusy).map(({ task }) => task);
  try {
    const terminals = await listTerminals(read.home);
    here.terminals = terminals.length;
    here.strays = terminals.filter(({ hasRun }) => !hasRun).map(({ name }) => name);
    return { here, problem: null };
  } catch (error) {
    return {
      here,
      problem: `The terminals of this machine: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

export function linesOfHere({ worktrees, idle, terminals, strays }: Here): string[] {
  return [
    ...lineOf("worktree", worktrees, idle, "cc-orchestrator worktree prune"),
    ...lineOf("terminal", terminals, strays, "their runner ends them within the hour, or when it starts"),
  ];
}

function lineOf(what: string, all: number, left: readonly string[], wayOn: string): string[] {
  if (left.length === 0) return [];
  const which = `${left.length} of ${counted(all, what)} on this machine ${left.length === 1 ? "has" : "have"} no run`;
  return [`${which} (${left.join(", ")}): ${wayOn}`];
}
