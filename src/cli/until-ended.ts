import type { Context } from "./context.ts";
import { untilTask } from "./until-task.ts";

/** A runner that is told to stop has ended by then. */
const patienceMs = 60_000;

/** Waits until no run of the task is alive. @returns false when that takes too long */
export async function untilEnded(access: Awaited<ReturnType<Context["connect"]>>, name: string): Promise<boolean> {
  const ended = await untilTask(
    access,
    name,
    ({ runs }) => runs.every(({ status }) => status === "completed"),
    patienceMs,
  );
  return ended !== null;
}
