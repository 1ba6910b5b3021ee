import type { FailingCheck } from "#domain/follow-up.ts";
import type { CheckFailure } from "#domain/follow-up-brief.ts";
import { type LogWindow, openLogWindow, windowOf } from "#domain/job-log.ts";
import { isRefusal } from "./failure.ts";
import type { Octokit } from "./octokit.ts";
import type { Place } from "./place.ts";

/** A log is read to its end, however long it is, but no longer than this. */
const logTimeoutMs = 60_000;
const mostLogBytes = 200 * 1024 * 1024;
const mostAnnotations = 20;

/** Everything that GitHub tells of a failed check: the log of the step that failed, and what is marked on lines. */
export async function checkFailure(octokit: Octokit, place: Place, check: FailingCheck): Promise<CheckFailure> {
  const { app, name, conclusion, url, summary } = check;
  const [job, annotations] = await Promise.all([
    check.jobId === null ? null : failedStep(octokit, place, check.jobId),
    check.id === null || check.annotations === 0 ? [] : annotationsOf(octokit, place, check.id),
  ]);
  const found = { app, name, conclusion, url, annotations };
  if (job === null) return { ...found, step: null, log: null, tests: [], summary };
  return {
    ...found,
    step: job.step,
    log: job.log.text,
    tests: job.log.tests,
    summary: job.log.text === null ? summary : null,
  };
}

async function annotationsOf(octokit: Octokit, place: Place, checkRun: number): Promise<CheckFailure["annotations"]> {
  const { data } = await octokit.rest.checks.listAnnotations({
    ...place,
    check_run_id: checkRun,
    per_page: mostAnnotations,
  });
  return data
    .filter(({ annotation_level: level }) => level !== "notice")
    .map(({ path, start_line: line, message }) => ({ path, line, message: message ?? "" }));
}

type FailedStep = { step: string | null; log: ReturnType<LogWindow["end"]> };

/** The log of the first step that failed; null where there is no such job or its log is gone. */
async function failedStep(octokit: Octokit, place: Place, jobId: number): Promise<FailedStep | null> {
  try {
    const { data: job } = await octokit.rest.actions.getJobForWorkflowRun({ ...place, job_id: jobId });
    const step = job.steps?.find(({ conclusion }) => conclusion === "failure" || conclusion === "timed_out") ?? null;
    const window = openLogWindow(step === null ? null : windowOf(step.started_at ?? null, step.completed_at ?? null));
    // GitHub answers with an address on another host, good for a minute; our token must not go there.
    const { headers } = await octokit.rest.actions.downloadJobLogsForWorkflowRun({
      ...place,
      job_id: jobId,
      request: { redirect: "manual" },
    });
    if (headers.location !== undefined) await readLines(headers.location, window);
    return { step: step?.name ?? null, log: window.end() };
  } catch (error) {
    if (isRefusal(error, 403, 404, 410)) return null;
    throw error;
  }
}

/** Gives the log to the window line by line; none of it is kept here. */
async function readLines(location: string, window: LogWindow): Promise<void> {
  const answer = await fetch(location, { signal: AbortSignal.timeout(logTimeoutMs) });
  if (!answer.ok || answer.body === null) {
    await answer.body?.cancel();
    return;
  }
  const decoder = new TextDecoder();
  let rest = "";
  let read = 0;
  for await (const chunk of answer.body) {
    read += chunk.byteLength;
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = (lines.pop() ?? "").slice(-100_000);
    for (const line of lines) window.add(line);
    if (read > mostLogBytes) break;
  }
  window.add(rest);
}
