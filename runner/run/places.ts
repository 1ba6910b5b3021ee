import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { SandboxPlan } from "#runner/sandbox/plan.ts";
import type { RunContext } from "./context.ts";

/** Where a task's things are on this machine. The Claude home outlives a run, so that a session can go on. */
export function placesOf(context: Pick<RunContext, "offer" | "options" | "folder">) {
  const task = join(
    context.options.home,
    "tasks",
    `${context.offer.repository.replace("/", "+")}-${context.offer.task}`,
  );
  return {
    task,
    work: join(task, "work"),
    home: join(task, "home"),
    tmp: join(task, "tmp"),
    /** The instance's own folder: its command, mailbox, transcript and exit. */
    instance: join(context.folder, "instance"),
    /** The instance's settings and instructions, readable for it. */
    settings: join(task, "settings"),
  };
}

/** What the agent and the repository's commands may see: their worktree and nothing of the person or of other tasks. */
export function sandboxOf(context: RunContext, mirrorPath: string): SandboxPlan {
  const places = placesOf(context);
  const { options } = context;
  const own = options.modelKeyFile === null ? [join(homedir(), ".claude"), join(homedir(), ".claude.json")] : [];
  return {
    kind: context.sandboxKind,
    run: `${context.offer.task}/${context.offer.runId}`,
    hidden: [homedir(), options.home],
    readable: [mirrorPath, places.settings, ...keyFile(options.modelKeyFile), ...programFolders()],
    writable: [places.work, places.home, places.tmp, ...own],
  };
}

function keyFile(path: string | null): string[] {
  return path === null ? [] : [path];
}

/** Tool chains often live in the home folder that is hidden: `bin` folders on the PATH, with what lies beside them. */
function programFolders(): string[] {
  const folders = (process.env.PATH ?? "").split(":").filter((folder) => folder.startsWith("/"));
  const withSiblings = folders.map((folder) => (folder.endsWith("/bin") ? dirname(folder) : folder));
  return [...withSiblings, dirname(dirname(process.execPath))].filter(
    (folder) => folder !== "/" && folder !== homedir(),
  );
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
