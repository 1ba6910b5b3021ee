import type { SandboxPlan } from "./plan.ts";
import { findProgram } from "./programs.ts";

/** The command that runs `argv` in the folder `cwd` inside the plan's sandbox. No shell ever reads `argv`. */
export function sandboxCommand(plan: SandboxPlan, argv: readonly string[], cwd: string): string[] {
  switch (plan.kind) {
    case "bubblewrap":
      return [
        need("bwrap"),
        "--ro-bind",
        "/",
        "/",
        "--bind",
        cwd,
        cwd,
        "--unshare-pid",
        "--die-with-parent",
        "--dev",
        "/dev",
        "--proc",
        "/proc",
        "--chdir",
        cwd,
        "--",
        ...argv,
      ];
    case "unshare":
      return [
        ...[need("setpriv"), "--pdeathsig", "KILL"],
        ...[need("unshare"), ...namespaceFlags(), "--pid", "--fork", "--kill-child", "--mount-proc"],
        ...["/bin/sh", "-c", 'cd "$1" && shift && "$@"; exit $?', "init", cwd, ...argv],
      ];
    case "none":
      return [...argv];
  }
}

/** Root needs no user namespace; everybody else makes one in which they stay themselves. */
function namespaceFlags(): string[] {
  return process.getuid?.() === 0 ? [] : ["--user", "--map-current-user"];
}

function need(name: string): string {
  const path = findProgram(name);
  if (path === null) throw new Error(`The sandbox needs "${name}", which is not installed (any more)`);
  return path;
}
