/**
 * The GitHub Action: with `server` a runner for one run of a control plane, without it everything in this job.
 * Each way is loaded when it is taken.
 */
import { setFailed } from "@actions/core";
import { isOfFork } from "./fork.ts";
import { InputError } from "./input-names.ts";
import { readInputs } from "./inputs.ts";
import { readJob } from "./job.ts";
import { tellNothing } from "./report.ts";

try {
  const job = readJob(process.env);
  const inputs = readInputs();
  if (inputs.kind === "server") await (await import("./for-server.ts")).runForServer(inputs, job);
  else await (await import("./standalone/standalone.ts")).runStandalone(inputs, job);
} catch (problem) {
  // What happens in a fork starts workflows, too, without any secret: not to be worked on, and nobody's mistake.
  if (problem instanceof InputError && isOfFork(readJob(process.env)))
    tellNothing("This is of a fork: nothing is worked on there.");
  else setFailed(problem instanceof Error ? problem.message : String(problem));
}
// What is left open (a connection that is kept for the next request) is no reason to stay.
process.exit();
