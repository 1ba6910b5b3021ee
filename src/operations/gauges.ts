import type { HeartbeatRequest, RunnerLoad } from "#protocol/runner.ts";

/** How busy the runners' machines were, for the last hour: kept in memory only, since nothing follows from it. */
export type Gauges = {
  note(runnerId: number, beat: HeartbeatRequest): void;
  loads(): RunnerLoad[];
};

/** Heartbeats come every 10 s: an hour of them. */
const mostSamples = 360;

/** @param clock milliseconds since 1970 */
export function openGauges(clock: () => number): Gauges {
  const samples = new Map<number, RunnerLoad["samples"]>();
  return {
    note: (runnerId, { cpuPercent, totalMemoryBytes, freeMemoryBytes, held }) => {
      const known = samples.get(runnerId) ?? [];
      const used = totalMemoryBytes === undefined ? null : 100 * (1 - freeMemoryBytes / Math.max(1, totalMemoryBytes));
      known.push({
        at: new Date(clock()).toISOString(),
        cpuPercent: cpuPercent ?? null,
        usedMemoryPercent: used === null ? null : Math.min(100, Math.max(0, used)),
        busy: held.length,
      });
      samples.set(runnerId, known.slice(-mostSamples));
    },
    loads: () => [...samples].map(([runnerId, those]) => ({ runnerId, samples: those })),
  };
}
