import { expect, test } from "vitest";
import { LeaseError, openLease } from "#runner/lease.ts";
import { monotonic } from "#runner/monotonic.ts";

const never = new AbortController().signal;
/** A lease that is fenced after so many milliseconds: the margin is 10 s. */
const leaseOf = (ms: number | null) =>
  openLease({ runId: 1, epoch: 1, leaseSeconds: 10 + (ms ?? 0) / 1_000, claimedAt: ms === null ? null : monotonic() });

test("work that needs the lease waits for its renewal, and is then done", async () => {
  const lease = leaseOf(null);
  expect(lease.isFenced()).toBe(true);
  let isDone = false;
  const done = lease.whileHeld(never, async () => {
    isDone = true;
  });
  await Promise.resolve();
  expect(isDone).toBe(false);
  lease.renewed(monotonic(), 45);
  await done;
  expect(isDone).toBe(true);
});

test("work under way is called off at the fence, and done again after the next renewal (F08, F11)", async () => {
  const lease = leaseOf(50);
  let tries = 0;
  const done = lease.whileHeld(never, async (signal) => {
    tries += 1;
    if (tries > 1) return "pushed";
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    lease.renewed(monotonic(), 45);
    throw new Error("git was ended");
  });
  expect(await done).toBe("pushed");
  expect(tries).toBe(2);
});

test("a renewal while work goes on moves the fence", async () => {
  const lease = leaseOf(80);
  const isAborted = lease.whileHeld(never, async (signal) => {
    lease.renewed(monotonic(), 45);
    await new Promise((resolve) => setTimeout(resolve, 160));
    return signal.aborted;
  });
  expect(await isAborted).toBe(false);
});

test("nobody waits on when the run is somebody else's, or when the runner leaves", async () => {
  const taken = leaseOf(null);
  const waiting = taken.whileHeld(never, async () => "never");
  taken.end("stale");
  await expect(waiting).rejects.toThrow(LeaseError);

  const leaving = new AbortController();
  const left = leaseOf(null).whileHeld(leaving.signal, async () => "never");
  leaving.abort(new Error("the runner stops"));
  await expect(left).rejects.toThrow("the runner stops");
});

test("a failure of the work's own is no matter of the lease", async () => {
  await expect(
    leaseOf(60_000).whileHeld(never, async () => {
      throw new Error("the remote refused");
    }),
  ).rejects.toThrow("the remote refused");
});
