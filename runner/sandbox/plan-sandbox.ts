import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, dirname, isAbsolute, join } from "node:path";
import { detectSandbox } from "./detect.ts";
import { ALWAYS_HIDDEN, isWithin, packageFolder } from "./mounts.ts";
import type { SandboxKind, SandboxPlan } from "./plan.ts";

/** Everybody's home: the runner's user is not the only one with secrets when the runner is root. */
const HOMES = ["/home", "/root", "/Users"];

/**
 * Of the home folder an agent may read its toolchains, and nothing else unless the operator says so. No folder here may
 * hold credentials: ~/.cargo does, ~/.cargo/bin does not.
 */
const TOOLCHAINS = [
  ...[".nvm", ".volta", ".fnm", ".local/share/fnm", ".asdf", ".local/share/mise", ".proto", ".bun/bin", ".deno/bin"],
  ...[".pyenv", ".rbenv", ".rustup", ".cargo/bin", ".cargo/registry", ".sdkman", ".jdks", "go/bin", "go/pkg/mod"],
  ...[".local/bin", ".local/lib", ".local/pipx", ".nix-profile"],
];

/**
 * The sandbox for one run: homes and the runner's folder hidden, toolchains readable, only the run's own folders
 * writable. `kind` as detected unless told.
 */
export async function planSandbox(options: {
  /** Marks the run's processes: letters, digits, ".", "_", "-". */
  run: string;
  /** The runner's folder, with its credential, its journal and the other tasks in it. */
  runnerHome: string;
  /** Worktree, the task's repository, Claude's configuration: absolute, must exist. */
  writable: readonly string[];
  /** The shared mirror's objects, instruction files: absolute. */
  readable?: readonly string[];
  /** More of the home folder that the operator lets agents read, relative to it. */
  allowHome?: readonly string[];
  /** The PATH that the agent will have; the programs on it stay readable. */
  path?: string;
  kind?: SandboxKind;
}): Promise<SandboxPlan> {
  const { run, runnerHome, writable, readable = [], allowHome = [], path = process.env.PATH ?? "" } = options;
  const kind = options.kind ?? (await detectSandbox());
  const home = homedir();
  const hidden = [...HOMES, home, runnerHome].filter(isAbsolute);
  const allowed = [...TOOLCHAINS, ...allowHome].map((name) => join(home, name)).filter((name) => isWithin(home, name));
  return {
    kind,
    run,
    hidden,
    readable: [...allowed, ...programFolders(path, [...hidden, ...ALWAYS_HIDDEN]), ...readable],
    writable,
  };
}

/** Folders on the PATH that would be hidden, with what belongs to them: `…/bin` and `…/lib`, npm's `.bin` and the packages. */
function programFolders(path: string, hidden: readonly string[]): string[] {
  return path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && existsSync(folder))
    .filter((folder) => hidden.some((outer) => isWithin(outer, folder) || isWithin(outer, realpathSync(folder))))
    .filter((folder) => !hidden.includes(folder))
    .flatMap((folder) =>
      basename(folder) === "bin" ? [folder, join(dirname(folder), "lib")] : [packageFolder(folder)],
    );
}
