#!/usr/bin/env node
import { runCommandLine } from "./run.ts";

process.umask(0o077);
// A reader that has seen enough (`| head`) closes the pipe; that is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const code = await runCommandLine(process.argv.slice(2), {
  env: process.env,
  folder: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  readStdin: () => process.getBuiltinModule("node:fs").readFileSync(0, "utf8"),
  keyboard: () => process.stdin,
  signals: process,
  exit: (code) => process.exit(code),
});
process.exitCode = code;
// A program that failed half-way up, or was told to stop at once, may have left something open.
if (code !== 0) process.exit();
