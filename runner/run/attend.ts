import { execa } from "execa";
import type { Worktree } from "#runner/git/worktree.ts";
import { monotonic } from "#runner/monotonic.ts";
import { defaultLimits } from "#runner/options.ts";
import { pause } from "#runner/pause.ts";
import type { RunContext } from "./context.ts";
import type { Instance } from "./instance.ts";
import { keepSafe } from "./safe.ts";

const wipMinutes = 5;
const lookMs = 1_000;
/** Measuring a large worktree takes a while: at most this part of the time goes into it. */
const diskShare = 0.02;
const diskEveryMs = 30_000;

/**
 * Looks after an instance while it works on a turn: saves its work now and then, and tells when it has been silent for
 * too long or its worktree grows too large.
 * @param exceed called once, with the limit that was passed
 * @returns ends it; resolves when nothing of it touches the worktree any more
 */
export function attend(
  context: RunContext,
  worktree: Worktree,
  instance: Instance,
  exceed: (limit: "idle_limit" | "disk_limit") => void,
): () => Promise<void> {
  const over = new AbortController();
  const limits = { ...defaultLimits, ...context.options.limits };
  const begunAt = monotonic();
  let isTold = false;
  const tell = (limit: "idle_limit" | "disk_limit") => {
    if (!isTold) exceed(limit);
    isTold = true;
  };

  async function watchSilence(): Promise<void> {
    while (!over.signal.aborted) {
      await pause(lookMs, over.signal);
      if (monotonic() - Math.max(begunAt, instance.heardAt()) > limits.idleMinutes * 60_000) return tell("idle_limit");
    }
  }
  async function watchDisk(): Promise<void> {
    let everyMs = Math.min(diskEveryMs, 2_000);
    while (!over.signal.aborted) {
      await pause(everyMs, over.signal);
      const at = monotonic();
      if ((await bytesOf(worktree.folder, over.signal)) > limits.worktreeBytes) return tell("disk_limit");
      everyMs = Math.max(diskEveryMs, (monotonic() - at) / diskShare);
    }
  }

  const all = [watchSilence(), watchDisk(), saveNowAndThen(context, worktree, over.signal)].map((one) =>
    one.catch((error: unknown) => {
      context.log.warn({ task: context.offer.task, error: String(error) }, "an instance could not be looked after");
    }),
  );
  return async () => {
    over.abort();
    await Promise.all(all);
  };
}

/** Saves the work in a worktree every few minutes, until the signal fires. */
export async function saveNowAndThen(context: RunContext, worktree: Worktree, over: AbortSignal): Promise<void> {
  for (;;) {
    await pause((context.options.wipMinutes ?? wipMinutes) * 60_000, over);
    if (over.aborted) return;
    await keepSafe(context, worktree, over);
  }
}

/** What a folder takes on disk; 0 where it cannot be measured. */
async function bytesOf(folder: string, signal: AbortSignal): Promise<number> {
  const { stdout } = await execa("du", ["-skx", "--", folder], {
    reject: false,
    stdin: "ignore",
    stderr: "ignore",
    timeout: 10 * 60_000,
    cancelSignal: signal,
  });
  // What vanishes while it is measured makes `du` complain, and the sum is there all the same.
  return Number.parseInt(stdout, 10) * 1024 || 0;
}
