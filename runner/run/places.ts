import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { ownLoginPaths } from "#runner/claude/home.ts";
import type { RunnerConfig } from "#runner/options.ts";
import type { SandboxPlan } from "#runner/sandbox/plan.ts";
import { planSandbox } from "#runner/sandbox/plan-sandbox.ts";
import { findProgram } from "#runner/sandbox/programs.ts";
import { taskFolderName } from "#runner/sweep-home.ts";
import type { RunContext } from "./context.ts";

/** Where a task's things are on this machine. The Claude home outlives a run, so that a session can go on. */
export function placesOf(context: Pick<RunContext, "offer" | "options" | "folder" | "memory">) {
  const task = join(context.options.home, "tasks", taskFolderName(context.offer));
  return {
    task,
    work: join(task, "work"),
    home: join(task, "home"),
    tmp: join(task, "tmp"),
    /** The present instance's own folder: its command, mailbox, transcript and exit. */
    instance: join(context.folder, `instance-${context.memory.now.instance}`),
    /** The instance's settings and instructions, readable for it. */
    settings: join(task, "settings"),
    /** Holds the model's key until the instance has taken it: Claude's alone, and no command of the repository's. */
    login: join(task, "login"),
  };
}

/** Where Claude Code keeps the sessions of this task. */
export function configDirOf(context: Parameters<typeof placesOf>[0]): string {
  return join(hasOwnLogin(context.options) ? homedir() : placesOf(context).home, ".claude");
}

/** Whether Claude Code uses the login, and so the home, of the person whose runner this is. */
export function hasOwnLogin({ modelKeyFile, modelEnvironment }: RunnerConfig): boolean {
  return modelKeyFile === null && modelEnvironment === undefined;
}

/**
 * Marks every process that belongs to a run. Processes are looked for by it on the whole machine, where another runner may
 * have a run of the same number: the runner's folder tells them apart.
 */
export function markOf({ offer, options }: Pick<RunContext, "offer" | "options">): string {
  const runner = createHash("sha256").update(options.home).digest("hex").slice(0, 12);
  return `${runner}-${offer.task}-${offer.runId}-${offer.epoch}`;
}

/**
 * What a process of the run may see: its worktree, and nothing of the person or of other tasks. Claude also gets at its
 * login; the repository's own commands have no business there.
 */
export function sandboxOf(context: RunContext, mirrorPath: string, who: "claude" | "command"): Promise<SandboxPlan> {
  const places = placesOf(context);
  const { options } = context;
  const login = who === "claude" ? loginPaths(options, places.login) : { readable: [], writable: [] };
  return planSandbox({
    kind: context.sandboxKind,
    run: markOf(context),
    runnerHome: options.home,
    readable: [mirrorPath, places.settings, ...login.readable, ...programFiles(options.claude)],
    writable: [places.work, places.home, places.tmp, ...login.writable],
  });
}

function loginPaths(
  options: RunnerConfig,
  login: string,
): { readable: readonly string[]; writable: readonly string[] } {
  const { modelKeyFile, modelEnvironment } = options;
  if (modelKeyFile !== null) return { readable: [], writable: [login] };
  if (modelEnvironment !== undefined) {
    const file = modelEnvironment.GOOGLE_APPLICATION_CREDENTIALS;
    return { readable: file === undefined ? [] : [file], writable: [] };
  }
  const { guarded, writable } = ownLoginPaths(homedir());
  return { readable: guarded, writable };
}

/** The program itself: often a link from a `bin` folder to somewhere else in the hidden home. */
function programFiles(program: string): string[] {
  const found = isAbsolute(program) ? program : findProgram(program);
  return found === null ? [] : [found, dirname(realpathSync(found))];
}

/** The environment of the repository's own commands: no secret in it. */
export function commandEnvironment(context: RunContext): Record<string, string> {
  const places = placesOf(context);
  return {
    PATH: process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin",
    HOME: places.home,
    TMPDIR: places.tmp,
    LANG: process.env.LANG ?? "C.UTF-8",
    CI: "true",
    CC_ORCHESTRATOR: "true",
  };
}
