import { spawn } from "node:child_process";
import type { Context } from "./context.ts";
import { FailedError, UsageError } from "./errors.ts";

/** Opens a file in the person's editor and waits until it is closed. @throws FailedError, UsageError */
export async function openInEditor(context: Context, path: string): Promise<void> {
  if (context.terminal === null) throw new UsageError("An editor needs a terminal.", `Change ${path} by other means.`);
  const editor = context.env.VISUAL || context.env.EDITOR || "vi";
  // As git does: the variable may hold flags, and the file is an argument of its own.
  const child = spawn("sh", ["-c", `${editor} "$1"`, "sh", path], { env: { ...context.env }, stdio: "inherit" });
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (ended) => resolve(ended ?? 1));
  });
  if (code !== 0) throw new FailedError(`The editor (${editor}) ended with ${code}.`, "Set EDITOR to another one.");
}
