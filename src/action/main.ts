/**
 * The GitHub Action: a runner that lives for one run. The job's own signed token is what makes it one; the workflow holds
 * no credential of the control plane.
 */
import { join } from "node:path";
import {
  endGroup,
  error,
  getIDToken,
  notice,
  setFailed,
  setOutput,
  setSecret,
  startGroup,
  warning,
} from "@actions/core";
import pino from "pino";
import { openClient, RefusedError } from "#protocol/client.ts";
import { InputError, type Inputs, readInputs } from "./inputs.ts";
import { detectSandbox, startJobRunner } from "./programs.ts";
import { endOf, reportTo } from "./report.ts";
import { ensureTools, ToolError } from "./tools.ts";
import { version } from "./version.ts";

try {
  await main();
} catch (problem) {
  if (problem instanceof InputError || problem instanceof ToolError) setFailed(problem.message);
  else setFailed(problem instanceof Error ? problem.message : String(problem));
}
// What is left open (a connection that is kept for the next request) is no reason to stay.
process.exit();

async function main(): Promise<void> {
  const inputs = readInputs();
  const folder = join(process.env.RUNNER_TEMP ?? process.cwd(), "cc-orchestrator");
  startGroup("Getting ready");
  const claude = await ensureTools({ ...inputs, folder: join(folder, "claude"), say: (line) => console.log(line) });
  endGroup();
  const credential = await becomeRunner(inputs);
  if (credential === null) return;

  const log = pino({ level: "info", base: null }, pino.destination({ fd: 1, sync: true }));
  startGroup(`Run ${inputs.run}`);
  const runner = await startJobRunner(
    {
      server: inputs.server,
      credential,
      home: join(folder, "runner"),
      claude,
      modelKey: inputs.anthropicApiKey,
      modelUrl: inputs.anthropicBaseUrl,
      socket: `cc-orchestrator-job-${process.env.GITHUB_RUN_ID ?? process.pid}`,
    },
    log,
  );
  // A job that is cancelled gets SIGINT, and 7.5 s later SIGTERM: what there is of work is saved at the first.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      warning("The job is being cancelled: stopping Claude and saving its work.");
      void runner.stop();
    });
  await runner.done;
  endGroup();
  await tell(inputs, credential);
}

/** @returns the credential, or null when somebody else has the run */
async function becomeRunner(inputs: Inputs): Promise<string | null> {
  const { server, run } = inputs;
  const token = await idToken(server);
  try {
    const { credential } = await openClient(server, null)("registerJob", {
      body: { token, run, version, sandbox: await detectSandbox() },
    });
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

async function tell(inputs: Inputs, credential: string): Promise<void> {
  const { task } = await openClient(inputs.server, credential)("heldRun", { params: { run: inputs.run } });
  const end = endOf(task, inputs.run);
  await reportTo(task, end, inputs.run);
  if (end.conclusion === "success") return notice(`${task.name} is done.`);
  error([end.sentence, end.advice].filter((part) => part !== null && part !== "").join(" "), {
    title: `${task.name}: ${end.conclusion}`,
  });
  process.exitCode = 1;
}
