/**
 * The program in the terminal, started as `node launch.ts <folder>`; nothing else is in its arguments or environment.
 * It needs no runner: it goes on when the runner is killed, and the next runner finds everything in the folder's files.
 */
import { flushCompileCache } from "node:module";
import { carryInstance } from "./carry.ts";
import { readJson, terminalFiles } from "./files.ts";
import type { Launch } from "./launch-file.ts";

const folder = process.argv[2] ?? "";

// What is typed at a screen is the agent's alone. Elsewhere nothing typed means anything: no echo, no Ctrl-C, no Ctrl-Z.
if (readJson<Launch>(terminalFiles(folder).launch)?.isScreen !== true) {
  if (process.stdin.isTTY) process.stdin.setRawMode(true);
  process.stdin.on("error", () => undefined).resume();
}
// The terminal may go away at any moment; what counts is in the files.
process.stdout.on("error", () => undefined);

const screen = {
  write: (text: string) => process.stdout.write(text),
  columns: () => process.stdout.columns ?? 120,
};
// Listened for before there is an agent: from its first moment on, nothing may end this program unrecorded.
process.on("SIGHUP", () => carried.hangUp());
process.on("SIGTERM", () => carried.terminate());
for (const signal of ["SIGINT", "SIGQUIT", "SIGTSTP"] as const) process.on(signal, () => undefined);
const carried = carryInstance(folder, screen, async () => {
  const { renderLine } = await import("#runner/claude/view.ts");
  // Now, and not at the end: when this program has recorded the exit, nothing of it may write to the runner's folder.
  flushCompileCache();
  return renderLine;
});

// A full disk, a folder that was removed: whatever it is, no agent goes on that nobody carries.
process.on("uncaughtException", (error) => {
  screen.write(`\nThe instance cannot be carried on: ${error.message}\n`);
  carried.hangUp();
});

const exit = await carried.exit;
const how = exit.reason === "exited" ? `exit code ${exit.code}` : `${exit.reason} (${exit.signal ?? exit.code})`;
screen.write(`\n── The instance has ended: ${how} ──\n`);
process.exit(0);
