import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "./context.ts";
import type { LaidOut } from "./terminal-layout.ts";
import type { TerminalPlace } from "./terminal-place.ts";

/** Whether the terminal is on this machine, and there. */
export function isHere({ ask }: TerminalPlace, context: Context): Promise<boolean> {
  const [program = "", ...args] = ask;
  return new Promise((resolve) => {
    const child = spawn(program, args, { env: envOf(context), stdio: "ignore", timeout: 5_000 });
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
  });
}

/** Joins the terminal with this one until the person leaves. @returns the exit code */
export function joinTerminal(place: TerminalPlace, context: Context): Promise<number> {
  return runHere(place.join, context);
}

/**
 * Shows terminals in parts of this one until the person leaves, then ends what only showed them.
 * @param layOut gets the place of a socket for the terminal server that shows them
 * @returns the exit code
 */
export async function showLaidOut(layOut: (socket: string) => LaidOut, context: Context): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "cco-view-"));
  const { open, close } = layOut(join(folder, "view"));
  // A window that is closed takes its terminal away, not the programs that show it: those are ended below.
  const stay = () => undefined;
  process.on("SIGHUP", stay);
  try {
    return await runHere(open, context);
  } finally {
    const [program = "", ...args] = close;
    await new Promise((resolve) => {
      const child = spawn(program, args, { env: envOf(context), stdio: "ignore", timeout: 5_000 });
      // It has ended by itself when the last part was left.
      child.once("error", resolve);
      child.once("exit", resolve);
    });
    process.off("SIGHUP", stay);
    await rm(folder, { recursive: true, force: true });
  }
}

function runHere(argv: readonly string[], context: Context): Promise<number> {
  const [program = "", ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: envOf(context), stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/** Ours is another server than the one this may run in, so it is not nested in itself. */
function envOf({ env }: Context): Record<string, string | undefined> {
  const { TMUX: _, TMUX_PANE: __, ...rest } = env;
  return rest;
}
