import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";

/** A process of this machine, as /proc tells of it. */
export type Process = {
  pid: number;
  parent: number;
  argv: string[];
  /** Its program's file; empty for what is not ours to see. */
  program: string;
  /** In which folder it works; empty when that is not to be seen. */
  folder: string;
};

/** Every process that is alive now; zombies are not. */
export function processes(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
}

/** The processes that descend from `root`, without it. */
export function descendantsOf(root: number, all: readonly Process[]): Process[] {
  const children = all.filter(({ parent }) => parent === root);
  return children.flatMap((child) => [child, ...descendantsOf(child.pid, all)]);
}

/**
 * The Claude Code processes below `folder`, one for each instance: neither the programs around it nor the children that
 * it is just starting.
 */
export function claudesIn(folder: string, all: readonly Process[]): (Process & { session: string })[] {
  const found = all.flatMap((one) => {
    const flag = one.argv.findIndex((word) => word === "--session-id" || word === "--resume");
    const session = flag < 0 ? undefined : one.argv[flag + 1];
    const isClaude = one.argv.slice(0, 2).some((word) => /claude[^/]*$/.test(word)) && one.argv.includes("-p");
    const isOurs = one.folder.startsWith(folder) || one.argv.some((word) => word.includes(folder));
    return isClaude && isOurs && session !== undefined ? [{ ...one, session }] : [];
  });
  const pids = new Set(found.map(({ pid }) => pid));
  return found.filter(({ parent }) => !pids.has(parent));
}

/** Whatever still has to do with the folder: by its arguments, its working folder or its environment. */
export function processesOf(folder: string, all: readonly Process[]): Process[] {
  return all.filter(
    (one) =>
      one.pid !== process.pid &&
      (one.folder.startsWith(folder) ||
        one.argv.some((word) => word.includes(folder)) ||
        (readOf(one.pid, "environ") ?? "").includes(folder)),
  );
}

export function describeProcess({ pid, argv, program }: Process): string {
  return `${pid} ${argv.join(" ").slice(0, 160) || basename(program)}`;
}

function readProcess(pid: number): Process | null {
  const stat = readOf(pid, "stat");
  const line = readOf(pid, "cmdline");
  if (stat === null || line === null) return null;
  // The name in brackets may hold anything, brackets too.
  const [state = "", parent = "0"] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === "Z" || state === "X") return null;
  return {
    pid,
    parent: Number(parent),
    argv: line.split("\0"),
    program: linkOf(pid, "exe"),
    folder: linkOf(pid, "cwd"),
  };
}

/** Whether it was killed and the kernel has only not come round to it: a loaded machine takes a while (proc(5)). */
export function isEnding(pid: number): boolean {
  const status = readOf(pid, "status");
  if (status === null) return true;
  const pending = [...status.matchAll(/^(?:SigPnd|ShdPnd):\s*([0-9a-f]+)$/gm)].map(([, mask]) => BigInt(`0x${mask}`));
  return pending.some((mask) => (mask & sigkill) !== 0n);
}
const sigkill = 1n << 8n;

/** Null for a process that has ended meanwhile, or is none of ours. */
function readOf(pid: number, name: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

function linkOf(pid: number, name: string): string {
  try {
    return readlinkSync(`/proc/${pid}/${name}`);
  } catch (error) {
    if (isGone(error)) return "";
    throw error;
  }
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return code === "ENOENT" || code === "ESRCH" || code === "EACCES" || code === "EPERM";
}
