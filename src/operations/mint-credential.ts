import { heldRun } from "./hold-run.ts";
import { mintSavingCredential } from "./mint-saving-credential.ts";
import { orBusy } from "./or-busy.ts";
import type { RunnerFacts } from "./ports/runners.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

/** A short-lived token for the run's one repository, for the moment of a clone, fetch or push. */
export async function mintCredential(
  world: World,
  runner: RunnerFacts,
  runId: number,
  of: { epoch: number; access: "read" | "write" | "save" },
): Promise<{ username: string; password: string; expiresAt: string }> {
  const saving = of.access === "save" ? await mintSavingCredential(world, runner, runId, of.epoch) : null;
  if (saving !== null) return saving;
  const run = heldRun(world, runner, runId, of.epoch);
  if (run.leaseUntil === null || run.leaseUntil < world.clock()) {
    throw new ProblemError({
      status: 409,
      code: "lease_over",
      title: `The lease on run ${runId} has run out, so nothing may be fetched or pushed for it.`,
    });
  }
  const task = world.store.tasks.get(run.taskId);
  if (task === null) throw new Error(`run ${runId} has no task`);
  return orBusy(() => world.github.credential(task.repository, of.access === "read" ? "read" : "write"));
}
