import type { Context } from "./context.ts";
import { liveFrames } from "./live.ts";

/** A runner that is told to stop has ended by then. */
const patienceMs = 60_000;

/** Waits until no run of the task is alive. @returns false when that takes too long */
export async function untilEnded(access: Awaited<ReturnType<Context["connect"]>>, name: string): Promise<boolean> {
  const { call, server, token } = access;
  const leaving = new AbortController();
  const signal = AbortSignal.any([leaving.signal, AbortSignal.timeout(patienceMs)]);
  try {
    for await (const frame of liveFrames({ server, token, signal })) {
      const isOurs = frame.kind === "event" && frame.event.body.kind === "task" && frame.event.body.task.name === name;
      if (frame.kind === "event" && !isOurs) continue;
      const { task } = await call("showTask", { params: { task: name } });
      if (task.runs.every(({ status }) => status === "completed")) return true;
    }
    return false;
  } finally {
    leaving.abort();
  }
}
