export type SandboxKind = "bubblewrap" | "unshare" | "none";

/**
 * What the processes of one instance may see and change. The lists hold absolute paths; where they are nested the
 * deeper one decides, so a worktree inside the hidden home folder can be written.
 */
export interface SandboxPlan {
  kind: SandboxKind;
  /** Marks every process that starts inside (see RUN_VARIABLE), so that none can be overlooked when it ends. */
  run: string;
  /** Shown empty: home folders, the runner's own folder with the other tasks in it. Those that do not exist are skipped. */
  hidden: readonly string[];
  /** Readable although they lie in a hidden folder: shared git objects, toolchains. Those that do not exist are skipped. */
  readable: readonly string[];
  /** Writable; everything else is read-only. Must exist. */
  writable: readonly string[];
}

/** The environment variable that marks a run's processes, as RUNNER_TRACKING_ID does for GitHub's own runner. */
export const RUN_VARIABLE = "CC_ORCHESTRATOR_RUN";

/** A run's mark is an environment value that is searched for byte by byte: it stays simple. */
const MARK = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/;

/** Separates a run's mark from that of a command which runs for it on its own terms. */
export const BELOW = "/";

/** How each kind is called in status lines; anything but a full sandbox says so (S21). */
export const SANDBOX_TITLES = {
  bubblewrap: "sandboxed by bubblewrap",
  unshare: "sandboxed by Linux namespaces",
  none: "unsandboxed",
} satisfies Record<SandboxKind, string>;

/** The environment for something that starts inside: exactly the given one and the run's mark. */
export function markedEnvironment(
  plan: SandboxPlan,
  environment: Readonly<Record<string, string>>,
): Record<string, string> {
  if (!MARK.test(plan.run))
    throw new Error(`${JSON.stringify(plan.run)} cannot mark a run: use a–z, 0–9, ".", "_", "-"`);
  return { ...environment, [RUN_VARIABLE]: plan.run };
}
