/**
 * The GitHub Action: with `server` a runner for one run of a control plane, without it everything in this job.
 * Each way is loaded when it is taken.
 */
import { setFailed } from "@actions/core";
import { readInputs } from "./inputs.ts";
import { readJob } from "./job.ts";

try {
  const inputs = readInputs();
  const job = readJob(process.env);
  if (inputs.kind === "server") await (await import("./for-server.ts")).runForServer(inputs, job);
  else await (await import("./standalone/standalone.ts")).runStandalone(inputs, job);
} catch (problem) {
  setFailed(problem instanceof Error ? problem.message : String(problem));
}
// What is left open (a connection that is kept for the next request) is no reason to stay.
process.exit();
