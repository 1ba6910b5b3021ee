import { realpathSync } from "node:fs";
import { bubblewrapArguments } from "./bubblewrap.ts";
import { mountsFor } from "./mounts.ts";
import type { SandboxPlan } from "./plan.ts";
import { findProgram } from "./programs.ts";
import { unshareArguments } from "./unshare.ts";

/**
 * The command that runs `argv` in the folder `cwd` inside the plan's sandbox, with an init of the sandbox's own between
 * (see `findAgent`). No shell ever reads `argv`. The folder itself can always be written, the program always be read.
 * @throws when a folder of the plan does not exist or the sandbox's programs are gone
 */
export function sandboxCommand(plan: SandboxPlan, argv: readonly string[], cwd: string): string[] {
  if (plan.kind === "none") return [...argv];
  const folder = realpathSync(cwd);
  const mounts = mountsFor(plan, argv, folder);
  if (plan.kind === "bubblewrap") return [need("bwrap"), ...bubblewrapArguments(mounts, folder), ...argv];
  return [need("setpriv"), "--pdeathsig", "KILL", need("unshare"), ...unshareArguments(mounts, folder), ...argv];
}

function need(name: string): string {
  const path = findProgram(name);
  if (path === null) throw new Error(`The sandbox needs "${name}", which is not installed (any more)`);
  return path;
}
