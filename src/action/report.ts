import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { notice, setOutput, summary } from "@actions/core";
import type { Run } from "#protocol/run.ts";
import type { Task } from "#protocol/task.ts";

/** How a job ends for its workflow. */
export type JobEnd = {
  /** `skipped`: nothing was to do, or somebody else does it; `waiting`: Claude has asked something. */
  conclusion: NonNullable<Run["conclusion"]> | "waiting" | "skipped";
  sentence: string;
  advice: string | null;
};

export const outputNames = [
  "task",
  "conclusion",
  "branch",
  "pull-request",
  "session-id",
  "cost-usd",
  "report-file",
] as const;

/** What came of the run, by the control plane's word. */
export function endOf(run: Run | null): JobEnd {
  if (run === null || run.status !== "completed") {
    const sentence = "The job ended before the run did; another runner goes on with it.";
    return { conclusion: "lost", sentence, advice: null };
  }
  const conclusion = run.conclusion ?? "failure";
  const sentence = run.reason?.sentence ?? run.summary ?? "";
  return { conclusion, sentence, advice: run.reason?.advice ?? null };
}

/**
 * Tells the workflow what came of it: outputs for other steps, a file with all that is known, and a page for people.
 * @param of.run the run that this job was about; null for none
 * @param of.folder where the file goes
 */
export async function reportTo(of: { task: Task; run: Run | null; end: JobEnd; folder: string }): Promise<void> {
  const { task, run, end, folder } = of;
  const file = join(folder, `${task.name}.json`);
  writeFileSync(file, `${JSON.stringify({ conclusion: end.conclusion, task }, null, 2)}\n`, { mode: 0o600 });
  const outputs: Record<(typeof outputNames)[number], string> = {
    task: task.name,
    conclusion: end.conclusion,
    branch: task.branch ?? "",
    "pull-request": task.pullRequest?.url ?? "",
    "session-id": run?.sessionId ?? "",
    "cost-usd": task.costUsd.toFixed(4),
    "report-file": file,
  };
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
  const steps = (run?.steps ?? []).map((step) => [plain(step.name), plain(step.state)]);
  summary
    .addHeading(`${task.name}: ${plain(task.title)}`, 2)
    .addRaw(`**${end.conclusion}** ${plain(end.sentence)}`, true);
  if (end.advice !== null) summary.addRaw(`\n${plain(end.advice)}\n`, true);
  if (steps.length > 0)
    summary.addTable([
      [
        { data: "step", header: true },
        { data: "state", header: true },
      ],
      ...steps,
    ]);
  if (task.pullRequest !== null) summary.addLink(`Pull request #${task.pullRequest.number}`, task.pullRequest.url);
  summary.addRaw(`\n\n$${task.costUsd.toFixed(2)} at list prices`, true);
  await summary.write();
}

/** Outside text in a page of HTML and Markdown: nothing in it is either. */
function plain(text: string): string {
  return text
    .slice(0, 2_000)
    .replace(/[&<>]/g, (one) => `&#${one.codePointAt(0)};`)
    .replace(/([\\`*_{}[\]()#+!|@-])/g, "\\$1")
    .replace(/\s+/g, " ");
}

/** The workflow ran for something that asks for nothing. */
export function tellNothing(why: string): void {
  notice(why);
  setOutput("conclusion", "skipped");
}
