import { createHash } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { SandboxKind } from "./sandbox/plan.ts";
import { planSandbox } from "./sandbox/plan-sandbox.ts";
import type { Terminals } from "./terminal/terminals.ts";

/**
 * Starts a program that does nothing, in a terminal and a sandbox like an instance's: a machine on which that fails takes
 * no runs, and the first instance starts as quickly as the others.
 * @returns how it ended when that was not well, else null
 */
export async function tryTerminal(terminals: Terminals, home: string, kind: SandboxKind): Promise<string | null> {
  const folder = join(home, "try", String(process.pid));
  const cwd = join(folder, "tree");
  await mkdir(cwd, { recursive: true, mode: 0o700 });
  try {
    const mark = createHash("sha256").update(folder).digest("hex").slice(0, 12);
    const terminal = await terminals.start({
      name: `try-${process.pid}`,
      folder: join(folder, "instance"),
      cwd,
      argv: [process.execPath, "--version"],
      env: { PATH: process.env.PATH ?? "" },
      sandbox: await planSandbox({ kind, run: `${mark}-try`, runnerHome: home, writable: [folder] }),
    });
    const exit = await terminal.exited;
    await terminal.remove();
    return exit.code === 0 ? null : `it ended with ${exit.code ?? exit.reason}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
