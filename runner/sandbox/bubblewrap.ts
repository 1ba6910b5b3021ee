import type { Mount } from "./mounts.ts";

/** What an agent that runs as root keeps, for package managers' sake: none of it reaches out of the namespaces. */
export const KEPT_CAPABILITIES = ["chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid"] as const;

/**
 * bubblewrap means to cover these itself, but leaves out /proc/sys when it runs as root (its access check asks for a
 * right that nobody has on that folder): root inside could then set kernel.core_pattern and run programs outside.
 */
const KERNEL_SETTINGS = ["/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs"];

/** bubblewrap's arguments (bwrap(1), 0.8): its own init, a private /proc, /dev and /tmp, everything else read-only. */
export function bubblewrapArguments(mounts: readonly Mount[], cwd: string): string[] {
  return [
    ...[
      "--unshare-pid",
      "--unshare-ipc",
      "--die-with-parent",
      "--ro-bind",
      "/",
      "/",
      "--dev",
      "/dev",
      "--proc",
      "/proc",
    ],
    ...KERNEL_SETTINGS.flatMap((path) => ["--ro-bind-try", path, path]),
    ...mounts.flatMap(mountArguments),
    ...(process.getuid?.() === 0 ? ["--cap-drop", "ALL"] : []),
    ...(process.getuid?.() === 0 ? KEPT_CAPABILITIES.flatMap((name) => ["--cap-add", `cap_${name}`]) : []),
    ...["--chdir", cwd, "--"],
  ];
}

function mountArguments({ path, is, isFolder }: Mount): string[] {
  if (is === "writable") return ["--bind", path, path];
  if (is === "readable") return ["--ro-bind", path, path];
  return isFolder ? ["--tmpfs", path] : ["--ro-bind", "/dev/null", path];
}
