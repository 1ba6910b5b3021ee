import { type NewTask, type TaskFacts, taskName } from "#domain/task.ts";
import { branchName } from "#protocol/branch-name.ts";
import type { World } from "./ports/world.ts";

type Given = Omit<NewTask, "branch" | "pullRequest" | "cancelled" | "handOver" | "createdAt" | "updatedAt">;

/**
 * Part of a transaction: a task that begins now.
 * @param branch the one that the repository's template gives it, when null
 */
export function insertTask(
  { store, clock }: Pick<World, "store" | "clock">,
  given: Given,
  branch: string | null,
): TaskFacts {
  const at = clock();
  const none = { pullRequest: null, cancelled: null, handOver: null };
  const inserted = store.tasks.insert({ ...given, ...none, branch: "", createdAt: at, updatedAt: at });
  const named = { ...inserted, branch: branch ?? branchOf(inserted) };
  store.tasks.update(named);
  return named;
}

/** The branch that the repository's template gives the task. */
export function branchOf({ id, policy, issue, snapshot }: TaskFacts): string {
  return branchName(policy.branch, { task: taskName(id), issue: issue?.number ?? null, title: snapshot.title });
}
