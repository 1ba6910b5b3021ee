import { setOutput, summary } from "@actions/core";
import type { Run } from "#protocol/run.ts";
import type { Task } from "#protocol/task.ts";

/** How a job ends for its workflow. */
export type JobEnd = {
  conclusion: NonNullable<Run["conclusion"]> | "skipped";
  sentence: string;
  advice: string | null;
};

export const outputNames = ["task", "conclusion", "branch", "pull-request", "session-id", "cost-usd"] as const;

/** What came of the run, by the control plane's word. */
export function endOf(task: Task, runId: number): JobEnd {
  const run = task.runs.find((one) => one.id === runId);
  if (run === undefined || run.status !== "completed") {
    const sentence = "The job ended before the run did; another runner goes on with it.";
    return { conclusion: "lost", sentence, advice: null };
  }
  const conclusion = run.conclusion ?? "failure";
  const sentence = run.reason?.sentence ?? run.summary ?? "";
  return { conclusion, sentence, advice: run.reason?.advice ?? null };
}

/** Tells the workflow what came of it: outputs for other steps, and a page for people. */
export async function reportTo(task: Task, end: JobEnd, runId: number): Promise<void> {
  const run = task.runs.find((one) => one.id === runId);
  const outputs: Record<(typeof outputNames)[number], string> = {
    task: task.name,
    conclusion: end.conclusion,
    branch: task.branch ?? "",
    "pull-request": task.pullRequest?.url ?? "",
    "session-id": run?.sessionId ?? "",
    "cost-usd": task.costUsd.toFixed(4),
  };
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
  const steps = (run?.steps ?? []).map((step) => [step.name, step.state]);
  summary.addHeading(`${task.name}: ${plain(task.title)}`, 2).addRaw(`${plain(end.sentence)}\n\n`, true);
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
