import { nextAttemptAfter } from "#domain/retry.ts";
import { newRun, type RunFacts } from "#domain/run.ts";
import { isAlive, type TaskFacts } from "#domain/task.ts";
import type { World } from "./ports/world.ts";

/**
 * Part of a transaction: a run has ended; queues the next one where another attempt may cure what went wrong,
 * or where the task was asked for again while the old run was stopping.
 */
export function planNextRun(world: World, task: TaskFacts, ended: RunFacts): RunFacts | null {
  const { store } = world;
  const runs = store.runs.ofTask(task.id);
  if (task.cancelled !== null || isAlive(runs) || ended.conclusion === "success") return null;
  const isAskedAgain = ended.conclusion === "cancelled" && ended.cancelAsked !== null;
  const follows = store.followUps.of(ended)?.runId ?? 0;
  // Only runs of this request count: whoever asks again starts with a full number of attempts. Limits end by themselves.
  const attempts = runs.filter(
    (run) =>
      run.purpose === ended.purpose &&
      run.id >= follows &&
      run.createdAt >= task.snapshot.takenAt &&
      run.reason?.until === undefined,
  ).length;
  const now = world.clock();
  const after = isAskedAgain
    ? 0
    : nextAttemptAfter({
        attempt: attempts,
        reason: ended.reason,
        now,
        baseMs: world.operator.retryBaseMs,
        jitter: world.random(),
      });
  if (after === null) return null;
  // A limit ends by itself, and the same session goes on; after anything else the old session may be what went wrong.
  const goesOn = ended.reason?.code === "usage_limit" && ended.claudeVersion !== null;
  return store.runs.insert(
    newRun({
      taskId: task.id,
      purpose: ended.purpose,
      attempt: runs.filter((run) => run.purpose === ended.purpose).length + 1,
      sessionId: goesOn ? ended.sessionId : world.newSessionId(),
      resume: goesOn,
      notBefore: after === 0 ? null : now + after,
      now,
    }),
  );
}
