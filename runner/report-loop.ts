import { type Client, RefusedError, UnreachableError } from "#protocol/client.ts";
import type { Lease } from "./lease.ts";
import { backoffMs, pause } from "./pause.ts";
import type { ReportSpool } from "./report-spool.ts";

/**
 * Sends a run's reports until `stop` fires and the spool is empty, or the lease turns out to be stale.
 * A server that does not answer is tried again for as long as it takes.
 * @param stop no more reports will come; what is there is still sent
 * @param giveUp ends the loop at once; what is unsent stays on disk
 */
export async function runReportLoop(of: {
  client: Client;
  spool: ReportSpool;
  lease: Lease;
  stop: AbortSignal;
  giveUp: AbortSignal;
}): Promise<void> {
  const { client, spool, lease } = of;
  let failures = 0;
  while (!of.giveUp.aborted) {
    await spool.waitForReport(AbortSignal.any([of.stop, of.giveUp]));
    const reports = spool.pending();
    if (reports.length === 0) return;
    try {
      const answer = await client("report", {
        params: { run: lease.runId },
        body: { epoch: lease.epoch, reports },
        signal: of.giveUp,
      });
      spool.acknowledge(answer.acknowledged);
      failures = 0;
    } catch (error) {
      if (error instanceof RefusedError && error.problem.status < 500) {
        // 409: somebody else has the run. Anything else in the 400s: these reports will never be taken.
        lease.end("stale");
        return;
      }
      if (!(error instanceof UnreachableError || error instanceof RefusedError)) throw error;
      failures += 1;
      await pause(backoffMs(failures, Math.random()), of.giveUp);
    }
  }
}
