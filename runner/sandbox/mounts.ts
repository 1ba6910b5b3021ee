import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, sep } from "node:path";
import type { SandboxPlan } from "./plan.ts";

/** What one path is inside the sandbox; everything not named is there and read-only. */
export interface Mount {
  path: string;
  is: "hidden" | "readable" | "writable";
  isFolder: boolean;
}

/**
 * Hidden from every agent: other programs' sockets (a person's tmux, docker, D-Bus and systemd all let whoever reaches
 * them start programs outside) and, when it runs as root, what only root may read. Shown empty, and to the instance
 * alone: /tmp is its own.
 */
export const ALWAYS_HIDDEN = [
  "/tmp",
  "/var/tmp",
  "/run",
  "/etc/shadow",
  "/etc/gshadow",
  "/etc/ssl/private",
  "/var/log",
];
/** Needed from /run: name resolution, and where NixOS keeps its programs. */
const READABLE = ["/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager/resolv.conf", "/run/current-system"];

/** The plan's mounts, those of its command and its folder included, outer ones first. @throws when something writable does not exist */
export function mountsFor(plan: SandboxPlan, argv: readonly string[], cwd: string): Mount[] {
  const mounts = new Map<string, Mount>();
  const add = (is: Mount["is"], paths: readonly string[]) => {
    for (const given of paths) {
      if (!isAbsolute(given)) throw new Error(`${given} must be an absolute path`);
      if (!existsSync(given)) {
        if (is !== "writable") continue;
        throw new Error(`${given} does not exist, but the sandbox must let it be written`);
      }
      const path = realpathSync(given);
      mounts.set(path, { path, is, isFolder: statSync(path).isDirectory() });
    }
  };
  // Later ones win where the same path is named twice.
  add("hidden", [...ALWAYS_HIDDEN, ...plan.hidden]);
  add("readable", [...READABLE, ...programFolder(argv), ...plan.readable]);
  add("writable", [cwd, ...plan.writable]);
  const hidden = [...mounts.values()].filter((mount) => mount.is === "hidden");
  return [...mounts.values()]
    .filter(({ path, is }) => is !== "readable" || hidden.some((outer) => isWithin(outer.path, path)))
    .sort((a, b) => depth(a.path) - depth(b.path));
}

/** Whether `path` is `folder` or lies in it; both absolute and resolved. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Where the command's program lies, and where it really lies: it may be reached through links (npm's `.bin`). */
function programFolder([program = ""]: readonly string[]): string[] {
  if (!isAbsolute(program) || !existsSync(program)) return [];
  return [program, realpathSync(program)].map(dirname).map(packageFolder);
}

/** The links of an npm `.bin` folder lead to packages next to it. */
export function packageFolder(folder: string): string {
  return basename(folder) === ".bin" ? dirname(folder) : folder;
}

function depth(path: string): number {
  return path === sep ? 0 : path.split(sep).length;
}
