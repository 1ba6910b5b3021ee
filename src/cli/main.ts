#!/usr/bin/env node
import { openContext } from "./context.ts";
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
} catch (error) {
  const { endingOf } = await import("./exit.ts");
  const { code, words } = await endingOf(error);
  if (words !== "") process.stderr.write(`${words}\n`);
  if (words !== "" && args.includes("--verbose") && error instanceof Error) {
    const { inspect } = await import("node:util");
    const { plain } = await import("./plain.ts");
    process.stderr.write(`${plain(inspect(error))}\n`);
  }
  process.exitCode = code;
}
