import { tmpdir } from "node:os";
import { execa } from "execa";
import { sandboxCommand } from "./command.ts";
import type { SandboxKind } from "./plan.ts";
import { findProgram } from "./programs.ts";

/** Best first. What each needs on the PATH; having it is not enough (containers and distributions forbid namespaces). */
const CANDIDATES: readonly { kind: SandboxKind; programs: readonly string[] }[] = [
  { kind: "bubblewrap", programs: ["bwrap"] },
  { kind: "unshare", programs: ["unshare", "setpriv"] },
];

let detected: Promise<SandboxKind> | undefined;

/** The best sandbox that this machine really lets us make. Tried once, then remembered. */
export function detectSandbox(): Promise<SandboxKind> {
  detected ??= availableSandboxes().then(([best = "none"]) => best);
  return detected;
}

/** Every kind that works here, best first; "none" always does and is last. Tries each for real. */
export async function availableSandboxes(): Promise<SandboxKind[]> {
  const working: SandboxKind[] = [];
  for (const { kind, programs } of CANDIDATES) {
    if (programs.every((program) => findProgram(program) !== null) && (await works(kind))) working.push(kind);
  }
  return [...working, "none"];
}

async function works(kind: SandboxKind): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const plan = { kind, run: "probe", hidden: [], readable: [], writable: [] };
  const [file = "", ...args] = sandboxCommand(plan, ["/bin/sh", "-c", "exit 42"], tmpdir());
  const { exitCode } = await execa(file, args, { reject: false, timeout: 5_000, stdio: "ignore", extendEnv: false });
  return exitCode === 42;
}
