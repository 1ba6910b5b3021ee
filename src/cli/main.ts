#!/usr/bin/env node
import { keepCompiled } from "./compile-cache.ts";
import { openOutput } from "./output.ts";

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
process.exitCode = code;
// A program that failed half-way up, or was told to stop at once, may have left something open.
if (code !== 0) process.exit();
