import type { Octokit } from "./octokit.ts";
import type { Place } from "./place.ts";

/**
 * Starts a workflow by hand, and hears which run of it that is.
 * https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event
 */
export async function startJob(
  octokit: Octokit,
  place: Place,
  workflow: string,
  ref: string,
  inputs: Readonly<Record<string, string>>,
): Promise<{ id: number; url: string }> {
  const asked = { ...place, workflow_id: workflow, ref, inputs: { ...inputs }, return_run_details: true };
  const { data } = await octokit.rest.actions.createWorkflowDispatch(asked);
  const run = data as { workflow_run_id?: number; html_url?: string } | undefined;
  return { id: run?.workflow_run_id ?? 0, url: run?.html_url ?? "" };
}

/** https://docs.github.com/en/rest/actions/workflow-runs#cancel-a-workflow-run */
export async function stopJob(octokit: Octokit, place: Place, workflowRun: number): Promise<void> {
  await octokit.rest.actions.cancelWorkflowRun({ ...place, run_id: workflowRun });
}
