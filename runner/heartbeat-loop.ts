import { totalmem } from "node:os";
import { type Client, RefusedError, UnreachableError } from "#protocol/client.ts";
import { openCpuGauge } from "./cpu.ts";
import { RunnerInUseError } from "./holder.ts";
import type { Lease } from "./lease.ts";
import { monotonic } from "./monotonic.ts";
import type { Log } from "./options.ts";
import { pause } from "./pause.ts";
import type { Room } from "./room.ts";

const heartbeatMs = 10_000;

/**
 * Renews all leases every 10 s ± 20 % until `stop` fires, draining included: a runner that is finishing is not a lost one.
 * The first beat is at once: a runner that takes runs up again is fenced until the server has heard of it.
 * @throws RunnerInUseError
 */
export async function runHeartbeatLoop(of: {
  client: Client;
  holder: string;
  room: Room;
  leases: ReadonlyMap<number, Lease>;
  freeSlots: () => number;
  isDraining: () => boolean;
  /** A person wants this runner to end when its runs have ended. */
  drain: () => void;
  stop: AbortSignal;
  log: Log;
}): Promise<void> {
  let isAnswered = true;
  const cpuPercent = openCpuGauge();
  while (!of.stop.aborted) {
    try {
      await beat(of, cpuPercent());
      if (!isAnswered) of.log.info("the server answers again");
      isAnswered = true;
    } catch (error) {
      if (of.stop.aborted) return;
      if (error instanceof RefusedError && error.problem.code === "runner_in_use") {
        throw new RunnerInUseError(error.message);
      }
      if (!(error instanceof UnreachableError || error instanceof RefusedError)) throw error;
      if (isAnswered) of.log.warn(error.message);
      isAnswered = false;
    }
    await pause(heartbeatMs * (0.8 + Math.random() * 0.4), of.stop);
  }
}

async function beat(of: Parameters<typeof runHeartbeatLoop>[0], cpuPercent: number): Promise<void> {
  const askedAt = monotonic();
  const notClaiming = of.room.obstacle();
  const { leases, drain } = await of.client("heartbeat", {
    body: {
      holder: of.holder,
      held: [...of.leases.values()].map(({ runId, epoch }) => ({ runId, epoch })),
      freeSlots: notClaiming === null ? of.freeSlots() : 0,
      freeMemoryBytes: of.room.freeMemoryBytes(),
      freeDiskBytes: of.room.freeDiskBytes(),
      draining: of.isDraining(),
      cpuPercent,
      totalMemoryBytes: totalmem(),
      ...(notClaiming === null ? {} : { notClaiming }),
    },
    timeoutMs: heartbeatMs,
    signal: of.stop,
  });
  if (drain && !of.isDraining()) {
    of.log.info("the server's operator lets this runner end: no new runs, those under way go on");
    of.drain();
  }
  for (const answer of leases) {
    const lease = of.leases.get(answer.runId);
    if (lease === undefined) continue;
    if (!answer.held) lease.end("stale");
    else if (answer.want === "cancel") lease.end("cancelled");
    else lease.renewed(askedAt, answer.leaseSeconds);
  }
}
