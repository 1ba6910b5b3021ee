import { setTimeout as sleep } from "node:timers/promises";
import PQueue from "p-queue";
import { GitHubBusyError } from "#operations/ports/github.ts";
import type { Clock } from "#operations/ports/world.ts";
import { failureOf } from "./failure.ts";
import { exhaustedUntil, isRateLimited, restUntil } from "./rate-limit.ts";

export type LaneOptions = {
  /** Least time between the starts of two writes, in milliseconds. GitHub asks for a second; tests use 0. */
  writeIntervalMs: number;
  clock: Clock;
};

export type Call = { kind: "read" | "write" /** Higher goes first among those that wait. */; priority: number };
type Answer = { headers: Record<string, unknown> };

/**
 * The way of one installation's calls to GitHub.
 *
 *   reads ───── up to 8 at once ──────────┐
 *   writes ─── one by one, spaced ────────┴──► GitHub ──"not now until t"──► everything is refused until t
 *
 * Nothing is tried again here: the outcome of a failed write may be unknown, and only the caller can look first. Calls
 * that come while GitHub wants rest are refused at once, so that what waits, waits in the database.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #reads = new PQueue({ concurrency: 8 });
  readonly #writes = new PQueue({ concurrency: 1 });
  #lastWriteAt = Number.NEGATIVE_INFINITY;
  #busyUntil = 0;
  #busyInARow = 0;
  #latest = 0;
  #stop = new AbortController();

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** @throws GitHubBusyError while GitHub wants rest, and whatever `send` throws */
  async run<T extends Answer>(call: Call, send: () => Promise<T>): Promise<T> {
    this.#refuseWhenBusy();
    const queue = call.kind === "read" ? this.#reads : this.#writes;
    return queue.add(
      async () => {
        if (call.kind === "write") await this.#space();
        this.#stop.signal.throwIfAborted();
        this.#refuseWhenBusy();
        return this.#watch(send);
      },
      { priority: call.priority },
    );
  }

  /** Lets what has been started end, and refuses the rest. */
  async close(): Promise<void> {
    this.#stop.abort(new Error("The connection to GitHub is being closed"));
    await Promise.all([this.#reads.onIdle(), this.#writes.onIdle()]);
  }

  /** By the monotonic clock: a wall clock that jumps back would hold all writes for as long. */
  async #space(): Promise<void> {
    const wait = this.#lastWriteAt + this.#options.writeIntervalMs - performance.now();
    if (wait > 0) await sleep(wait, undefined, { signal: this.#stop.signal });
    this.#lastWriteAt = performance.now();
  }

  async #watch<T extends Answer>(send: () => Promise<T>): Promise<T> {
    try {
      const answer = await send();
      this.#busyInARow = 0;
      const until = exhaustedUntil(answer.headers as Record<string, string | undefined>, this.#now());
      if (until !== null) this.#busyUntil = Math.max(this.#busyUntil, until);
      return answer;
    } catch (error) {
      const failure = failureOf(error);
      if (failure === null || !isRateLimited(failure)) throw error;
      this.#busyUntil = Math.max(this.#busyUntil, restUntil(failure.headers, this.#now(), this.#busyInARow));
      this.#busyInARow += 1;
      throw this.#busy();
    }
  }

  #refuseWhenBusy(): void {
    if (this.#now() < this.#busyUntil) throw this.#busy();
  }

  /** The clock may be set back while GitHub rests: what was a minute must not become hours (F12). */
  #now(): number {
    const now = this.#options.clock();
    if (now < this.#latest) this.#busyUntil -= this.#latest - now;
    this.#latest = now;
    return now;
  }

  #busy(): GitHubBusyError {
    const until = new Date(this.#busyUntil).toISOString();
    return new GitHubBusyError(
      this.#busyUntil,
      `GitHub's rate limit is reached; it takes no more calls until ${until}`,
    );
  }
}

/** The lanes of all installations; calls as the app itself have one of their own. */
export class Lanes {
  readonly #options: LaneOptions;
  readonly #lanes = new Map<string, Lane>();
  #closed = false;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  of(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const lane = new Lane(this.#options);
    this.#lanes.set(name, lane);
    if (this.#closed) void lane.close();
    return lane;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
  }
}
