import { spawn } from "node:child_process";
import type { Context } from "./context.ts";
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
export function joinTerminal({ join }: TerminalPlace, context: Context): Promise<number> {
  const [program = "", ...args] = join;
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
