#!/usr/bin/env node
import { openContext } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { openProgram } from "./program.ts";

process.umask(0o077);
// A reader that has seen enough (`| head`) closes the pipe; that is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const args = process.argv.slice(2);
try {
  const program = await openProgram(args, openContext(process));
  await program.parseAsync(args, { from: "user" });
  // "Stop at once" waits for nothing that is still open.
  if (process.exitCode === exitCodes.interrupted) process.exit();
} catch (error) {
  const { endingOf } = await import("./exit.ts");
  const { code, words } = await endingOf(error);
  if (words !== "") process.stderr.write(`${words}\n`);
  if (words !== "" && args.includes("--verbose")) {
    const [{ inspect }, { plain }] = await Promise.all([import("node:util"), import("./plain.ts")]);
    process.stderr.write(`${plain(inspect(error))}\n`);
  }
  // A program that failed half-way up may have left something open that would keep this process alive.
  process.exit(code);
}
