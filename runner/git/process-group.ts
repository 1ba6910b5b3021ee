/**
 * Git does its work in children (`git-remote-https`, `pack-objects`, `index-pack`), which outlive a signal to git
 * itself and hold its output open. So every call is a process group of its own and is stopped as one.
 */
export type Stop = "timed_out" | "cancelled";

const graceMs = 3_000;
const living = new Set<number>();

// A runner that ends must not leave a push at work behind it.
process.once("exit", () => {
  for (const leader of living) signalGroup(leader, "SIGKILL");
});

/**
 * Watches over a group until `ended` is called: interrupts it on abort or after its time, then kills it.
 *
 * @param leader the process id of the group's first process; undefined when it could not be started
 * @param limits.timeoutMs milliseconds
 */
export function watchGroup(
  leader: number | undefined,
  limits: { timeoutMs: number; signal: AbortSignal | undefined },
): { why(): Stop | null; ended(clean: boolean): void } {
  let why: Stop | null = null;
  let killing: NodeJS.Timeout | undefined;
  if (leader !== undefined) living.add(leader);

  const stop = (reason: Stop): void => {
    if (why !== null || leader === undefined) return;
    why = reason;
    signalGroup(leader, "SIGTERM");
    killing = setTimeout(() => signalGroup(leader, "SIGKILL"), graceMs);
  };
  const cancel = (): void => stop("cancelled");
  const timer = setTimeout(() => stop("timed_out"), limits.timeoutMs);
  limits.signal?.addEventListener("abort", cancel, { once: true });

  return {
    why: () => why,
    ended(clean) {
      clearTimeout(timer);
      clearTimeout(killing);
      limits.signal?.removeEventListener("abort", cancel);
      if (leader === undefined) return;
      living.delete(leader);
      if (!clean) signalGroup(leader, "SIGKILL");
    },
  };
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // Nobody left in the group is what we want; on macOS a group of zombies answers EPERM.
    if (!(error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM"))) throw error;
  }
}
