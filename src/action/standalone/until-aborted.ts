/** Waits for the work, and no longer than until the signal fires. @throws what the work does, as long as it is waited for */
export async function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = () => resolve();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  await Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", stop));
}
