import { type Client, RefusedError, UnreachableError } from "#protocol/client.ts";
import type { Lease } from "./lease.ts";
import type { Log } from "./options.ts";
import { backoffMs, pause } from "./pause.ts";
import type { ReportSpool } from "./report-spool.ts";

/**
 * Sends a run's reports until `stop` fires and the spool is empty, or the lease turns out to be stale.
 * A server that does not answer is tried again for as long as it takes.
 * @param stop no more reports will come; what is there is still sent
 * @param giveUp ends the loop at once; what is unsent stays on disk
 * @returns `refused` when the server will never take them
 */
export async function runReportLoop(of: {
  client: Client;
  spool: ReportSpool;
  lease: Lease;
  stop: AbortSignal;
  giveUp: AbortSignal;
  log: Log;
}): Promise<"refused" | "sent" | "given_up"> {
  const { client, spool, lease } = of;
  let failures = 0;
  while (!of.giveUp.aborted) {
    await spool.waitForReport(AbortSignal.any([of.stop, of.giveUp]));
    const reports = spool.pending();
    if (reports.length === 0) return of.giveUp.aborted ? "given_up" : "sent";
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
        const { status, code, title } = error.problem;
        if (status !== 429 && status !== 408) {
          // 409: somebody else has the run. Anything else in the 400s: these reports will never be taken.
          if (code !== "stale_lease")
            of.log.error({ run: lease.runId, status, title }, "reports were refused for good");
          lease.end("stale");
          return "refused";
        }
      }
      if (!(error instanceof UnreachableError || error instanceof RefusedError)) throw error;
      failures += 1;
      await pause(backoffMs(failures, Math.random()), of.giveUp);
    }
  }
  return "given_up";
}
