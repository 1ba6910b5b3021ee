#!/usr/bin/env node
import { keepCompiled } from "./compile-cache.ts";
import { nodeProblem } from "./node-version.ts";
import { openOutput } from "./output.ts";

const problem = nodeProblem(process.versions.node);
if (problem !== null) {
  // An older one would fail at whatever it lacks first, in words that help nobody.
  process.stderr.write(`cc-orchestrator cannot run here: Node ${problem.found}. ${problem.advice}\n`);
  process.exit(1);
}
process.umask(0o077);
// Before what is worth keeping is loaded.
keepCompiled(process.env);
const { runCommandLine } = await import("./run.ts");

const code = await runCommandLine(process.argv.slice(2), {
  env: process.env,
  folder: process.cwd(),
  stdout: openOutput(1),
  stderr: openOutput(2),
  readStdin: () => process.getBuiltinModule("node:fs").readFileSync(0, "utf8"),
  keyboard: () => process.stdin,
  signals: process,
  exit: (code) => process.exit(code),
});
// All has been written by now, and to end like this spares Node taking down what it is about to lose: a tenth of a
// short command's time. A program that failed half-way up, or was told to stop at once, may also have left something open.
process.exit(code);
