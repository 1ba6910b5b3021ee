/**
 * A runner that lives for one run of a control plane. The job's own signed token is what makes it one; the workflow holds
 * no credential of the control plane.
 */
import { join } from "node:path";
import { endGroup, error, getIDToken, notice, setOutput, setSecret, startGroup, warning } from "@actions/core";
import { openClient, RefusedError } from "#protocol/client.ts";
import type { ServerInputs } from "./inputs.ts";
import { type JobPlace, jobLog } from "./job.ts";
import { modelEnvironment } from "./model-access.ts";
import { patiently } from "./patiently.ts";
import { detectSandbox, startJobRunner } from "./programs.ts";
import { endOf, reportTo, tellNothing } from "./report.ts";
import { ensureTools } from "./tools.ts";
import { version } from "./version.ts";

export async function runForServer(inputs: ServerInputs, job: JobPlace): Promise<void> {
  startGroup("Getting ready");
  const claude = await ensureTools({ ...inputs, folder: join(job.folder, "claude"), say });
  endGroup();
  const credential = await becomeRunner(inputs);
  if (credential === null) return;

  startGroup(`Run ${inputs.run}`);
  const { model } = inputs;
  const runner = await startJobRunner(
    {
      server: inputs.server,
      credential,
      home: join(job.folder, "runner"),
      claude,
      modelKey: model.kind === "key" ? model.key : null,
      modelEnvironment: modelEnvironment(model, process.env),
      modelUrl: inputs.modelUrl,
      socket: `cc-orchestrator-job-${job.runId}-${process.pid}`,
      once: true,
    },
    jobLog(),
  );
  // A job that is cancelled gets SIGINT, and 7.5 s later SIGTERM: what there is of work is saved at the first.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      warning("The job is being cancelled: stopping Claude and saving its work.");
      void runner.stop();
    });
  await runner.done;
  endGroup();
  await tell(inputs, credential, job);
}

const say = (line: string) => console.log(line);

/** @returns the credential, or null when somebody else has the run */
async function becomeRunner(inputs: ServerInputs): Promise<string | null> {
  const { server, run } = inputs;
  const token = await idToken(server);
  try {
    const body = { token, run, version, sandbox: await detectSandbox() };
    const { credential } = await patiently(() => openClient(server, null)("registerJob", { body }), { say });
    setSecret(credential);
    return credential;
  } catch (problem) {
    if (!(problem instanceof RefusedError) || problem.problem.code !== "run_taken") throw problem;
    notice(problem.problem.title);
    setOutput("conclusion", "skipped");
    return null;
  }
}

async function idToken(server: string): Promise<string> {
  try {
    const token = await getIDToken(server);
    setSecret(token);
    return token;
  } catch (problem) {
    const why = problem instanceof Error ? problem.message : String(problem);
    throw new Error(`The job has no identity token (${why}). Add \`permissions: id-token: write\` to the workflow.`);
  }
}

async function tell(inputs: ServerInputs, credential: string, job: JobPlace): Promise<void> {
  const client = openClient(inputs.server, credential);
  const held = patiently(() => client("heldRun", { params: { run: inputs.run } }), { say });
  const found = await held.catch((problem: unknown) => {
    if (problem instanceof RefusedError && problem.problem.code === "no_such_run") return null;
    throw problem;
  });
  if (found === null) return tellNothing(`Another runner took run ${inputs.run} just before this job could.`);
  const { task } = found;
  const run = task.runs.find((one) => one.id === inputs.run) ?? null;
  const end = endOf(run);
  await reportTo({ task, run, end, folder: job.folder });
  if (end.conclusion === "success") return notice(`${task.name} is done.`);
  error([end.sentence, end.advice].filter((part) => part !== null && part !== "").join(" "), {
    title: `${task.name}: ${end.conclusion}`,
  });
  process.exitCode = 1;
}
