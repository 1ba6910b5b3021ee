import type { Setting, ValuesOf } from "./setting.ts";
import { wholeNumber } from "./values.ts";

/** What a runner's operator can bound: what one instance may take, and what must be left for the machine. */
export function boundSettings() {
  return {
    limitMinutes: bound("limits.minutes", "LIMIT_MINUTES", 10_080, 120),
    limitIdleMinutes: bound("limits.idle_minutes", "LIMIT_IDLE_MINUTES", 1_440, 30),
    limitMemoryMb: bound("limits.memory_mb", "LIMIT_MEMORY_MB", 16_777_216, 8_192),
    limitProcesses: bound("limits.processes", "LIMIT_PROCESSES", 1_000_000, 4_096),
    limitWorktreeMb: bound("limits.worktree_mb", "LIMIT_WORKTREE_MB", 16_777_216, 20_480),
    limitTranscriptMb: bound("limits.transcript_mb", "LIMIT_TRANSCRIPT_MB", 1_048_576, 4_096),
    floorMemoryMb: bound("floors.memory_mb", "FLOOR_MEMORY_MB", 16_777_216, 512, 0),
    floorDiskMb: bound("floors.disk_mb", "FLOOR_DISK_MB", 16_777_216, 1_024, 0),
    wipMinutes: bound("wip_minutes", "WIP_MINUTES", 1_440, 5),
    keepDays: bound("keep_days", "KEEP_DAYS", 3_650, 30),
    drainMinutes: bound("drain_minutes", "DRAIN_MINUTES", 10_080, 30, 0),
  };
}

/** Absent is what nobody said: the runner has its own defaults. */
export type Bounds = {
  /** What one instance may take; a repository's policy can only lower `minutes`. */
  limits: {
    minutes?: number;
    idleMinutes?: number;
    memoryBytes?: number;
    processes?: number;
    worktreeBytes?: number;
    outputBytes?: number;
  };
  /** What must be free on the machine before a run is claimed. */
  floors: { memoryBytes?: number; diskBytes?: number };
  /** Minutes between two saves of work that is under way. */
  wipMinutes?: number;
  /** Days after which what is left of a task without runs is removed from the runner's machine. */
  keepDays?: number;
  /** How long a runner that was told to end lets its instances go on before it hands them over. */
  drainMinutes?: number;
};

export function boundsOf(values: ValuesOf<ReturnType<typeof boundSettings>>): Bounds {
  return {
    limits: {
      ...given("minutes", values.limitMinutes),
      ...given("idleMinutes", values.limitIdleMinutes),
      ...given("memoryBytes", bytes(values.limitMemoryMb)),
      ...given("processes", values.limitProcesses),
      ...given("worktreeBytes", bytes(values.limitWorktreeMb)),
      ...given("outputBytes", bytes(values.limitTranscriptMb)),
    },
    floors: {
      ...given("memoryBytes", bytes(values.floorMemoryMb)),
      ...given("diskBytes", bytes(values.floorDiskMb)),
    },
    ...given("wipMinutes", values.wipMinutes),
    ...given("keepDays", values.keepDays),
    ...given("drainMinutes", values.drainMinutes),
  };
}

function bound(entry: string, variable: string, most: number, example: number, least = 1): Setting<number | null> {
  return {
    variables: [`CC_ORCHESTRATOR_${variable}`],
    entry: `runner.${entry}`,
    parse: wholeNumber(least, most, example),
    fallback: null,
  };
}

function bytes(megabytes: number | null): number | null {
  return megabytes === null ? null : megabytes * 1024 ** 2;
}

function given<K extends string>(key: K, value: number | null): { [P in K]?: number } {
  return value === null ? {} : ({ [key]: value } as { [P in K]: number });
}
