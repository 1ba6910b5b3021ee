import { error, notice, warning } from "@actions/core";
import type { Run } from "#protocol/run.ts";
import type { Task } from "#protocol/task.ts";
import { endOf, type JobEnd, reportTo } from "../report.ts";

const good: ReadonlySet<JobEnd["conclusion"]> = new Set(["success", "waiting", "skipped"]);

/**
 * Says how it stands at the end of the job, and lets it fail where the work did.
 * @param of.before the newest run when the job began, if it had ended by then
 * @param of.isCancelled the job itself was cancelled, in time for the run's end or not
 */
export async function tellOutcome(of: {
  task: Task;
  before: number | null;
  isCancelled: boolean;
  folder: string;
}): Promise<void> {
  const { task, before, folder } = of;
  const newest = task.runs.reduce<Run | null>((last, run) => (last === null || run.id > last.id ? run : last), null);
  const isOfThisJob = newest !== null && newest.id !== before;
  const isCut = of.isCancelled && newest !== null && newest.status !== "completed";
  const end = isCut ? cut : endNow(task, newest, isOfThisJob);
  await reportTo({ task, run: newest, end, folder });
  const text = [end.sentence, end.advice].filter((part) => part !== null && part !== "").join(" ");
  const title = `${task.name}: ${end.conclusion}`;
  if (good.has(end.conclusion)) return notice(text === "" ? `${task.name} is done.` : text, { title });
  if (end.conclusion === "cancelled") warning(text, { title });
  else error(text, { title });
  process.exitCode = 1;
}

const cut: JobEnd = {
  conclusion: "cancelled",
  sentence: "The job was cancelled before everything had come to its end.",
  advice: "What was saved is there for the next job of this issue.",
};

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
