import type { Client } from "#protocol/client.ts";
import type { ReportBody, StepName } from "#protocol/report.ts";
import type { RunOffer } from "#protocol/run.ts";
import type { Lease } from "#runner/lease.ts";
import type { Log, RunnerConfig } from "#runner/options.ts";
import type { Mark } from "#runner/report-spool.ts";
import type { SandboxKind } from "#runner/sandbox/plan.ts";
import type { Terminals } from "#runner/terminal/terminals.ts";
import type { RunWishes } from "#runner/wishes.ts";
import type { RunWords } from "#runner/words.ts";
import type { RunClock } from "./clock.ts";
import type { MemoryFile } from "./memory.ts";

/** All that the steps of one run need. */
export type RunContext = {
  readonly offer: RunOffer;
  /** The run's folder in the journal. */
  readonly folder: string;
  readonly options: RunnerConfig;
  readonly client: Client;
  readonly lease: Lease;
  readonly terminals: Terminals;
  readonly sandboxKind: SandboxKind;
  readonly memory: MemoryFile;
  readonly log: Log;
  /** The run was begun by an earlier runner, or by this one before it was stopped. */
  readonly isTakenUp: boolean;
  /** Fires when the run must stop: cancelled, taken away, out of time, or the runner is told to stop. */
  readonly stopping: AbortSignal;
  /** Fires when nothing of the run may leave the machine any more: not ours, or the runner is told to stop. */
  readonly leaving: AbortSignal;
  /** Puts a report on its way; one whose key was reported before is not made again. */
  report(body: ReportBody, mark?: Mark): void;
  /** What people say to the run's session. */
  readonly words: RunWords;
  /** What people want of the run's terminal. */
  readonly wishes: RunWishes;
  readonly clock: RunClock;
  /** How many bytes of an instance's transcript have been reported. */
  heard(instance: number): number;
  /** The login that this runner's instances share is at its limit until then. */
  limited(until: Date): void;
  /** Stops the run for something that went wrong beside the step that is going on. */
  fail(cause: unknown): void;
  /** Secrets that the runner itself holds: nothing with one of them in it leaves the machine. */
  readonly secrets: readonly string[];
  /** Takes known secrets out of text before it leaves the machine. */
  redact(text: string): string;
};

/** Reports a step's start and its end around the work; a failure's sentence becomes the step's detail. */
export async function inStep<T>(context: RunContext, step: StepName, work: () => Promise<T>): Promise<T> {
  context.report({ kind: "step", step, state: "started" });
  try {
    const result = await work();
    context.report({ kind: "step", step, state: "passed" });
    return result;
  } catch (error) {
    const sentence = context.redact(error instanceof Error ? error.message : String(error)).slice(0, 2_000);
    context.report({ kind: "step", step, state: "failed", detail: sentence });
    throw error;
  }
}
