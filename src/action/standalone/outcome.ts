import { error, notice, warning } from "@actions/core";
import type { Run } from "#protocol/run.ts";
import type { Task } from "#protocol/task.ts";
import { endOf, type JobEnd, reportTo } from "../report.ts";

const good: ReadonlySet<JobEnd["conclusion"]> = new Set(["success", "waiting", "skipped"]);

/**
 * Says how it stands at the end of the job, and lets it fail where the work did.
 * @param before the newest run when the job began; null for none
 */
export async function tellOutcome(of: { task: Task; before: number | null; folder: string }): Promise<void> {
  const { task, before, folder } = of;
  const newest = task.runs.reduce<Run | null>((last, run) => (last === null || run.id > last.id ? run : last), null);
  const isOfThisJob = newest !== null && (newest.id !== before || newest.status !== "completed");
  const end = endNow(task, newest, isOfThisJob);
  await reportTo({ task, run: newest, end, folder });
  const text = [end.sentence, end.advice].filter((part) => part !== null && part !== "").join(" ");
  const title = `${task.name}: ${end.conclusion}`;
  if (good.has(end.conclusion)) return notice(text === "" ? `${task.name} is done.` : text, { title });
  if (end.conclusion === "cancelled") warning(text, { title });
  else error(text, { title });
  process.exitCode = 1;
}

function endNow(task: Task, run: Run | null, isOfThisJob: boolean): JobEnd {
  if (run === null || !isOfThisJob)
    return {
      conclusion: "skipped",
      sentence: `${task.name} is ${task.status.replaceAll("_", " ")}: no run was needed.`,
      advice: null,
    };
  if (run.status === "completed") return endOf(run);
  const reason = task.reason ?? run.reason ?? null;
  return {
    conclusion: "waiting",
    sentence: reason?.sentence ?? `${task.name} waits.`,
    advice: reason?.advice ?? null,
  };
}
