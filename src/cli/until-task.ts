import type { Task } from "#protocol/task.ts";
import type { Context } from "./context.ts";
import { liveFrames } from "./live.ts";

/** The task once the condition holds, told by the server; null when that takes longer than `patienceMs`. */
export async function untilTask(
  access: Awaited<ReturnType<Context["connect"]>>,
  name: string,
  isIt: (task: Task) => boolean,
  patienceMs: number,
): Promise<Task | null> {
  const { call, server, token } = access;
  const leaving = new AbortController();
  const signal = AbortSignal.any([leaving.signal, AbortSignal.timeout(patienceMs)]);
  try {
    for await (const frame of liveFrames({ server, token, signal })) {
      const isOurs = frame.kind === "event" && frame.event.body.kind === "task" && frame.event.body.task.name === name;
      if (frame.kind === "event" && !isOurs) continue;
      const { task } = await call("showTask", { params: { task: name } });
      if (isIt(task)) return task;
    }
    return null;
  } finally {
    leaving.abort();
  }
}
