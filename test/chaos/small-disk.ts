import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A disk of a few megabytes that can be filled, seen only by programs that are started through `enter`. */
export type SmallDisk = {
  /** Put before a command line: it then sees the disk. */
  readonly enter: readonly string[];
  /** The same folder as this process sees it. */
  readonly outside: string;
  /** Takes all room that is left. */
  fill(): void;
  free(): void;
  close(): Promise<void>;
};

const ballast = "ballast";

/**
 * A tmpfs at `folder` in a mount namespace of its own, which one sleeping process keeps alive.
 * @returns a sentence where the machine does not allow that
 */
export async function openSmallDisk(folder: string, megabytes: number): Promise<SmallDisk | string> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const isRoot = process.getuid?.() === 0;
  const space = isRoot ? ["--mount"] : ["--mount", "--user", "--map-root-user"];
  const script = 'mount -t tmpfs -o "size=$2,mode=0700" tmpfs "$1" && echo mounted && exec cat';
  const args = [...space, "sh", "-c", script, "sh", folder, `${megabytes}m`];
  // Ends with us, as its input does.
  const keeper = spawn("unshare", args, { stdio: ["pipe", "pipe", "pipe"] });
  if (!(await isMounted(keeper))) {
    keeper.kill("SIGKILL");
    return "this machine lets us mount no small disk (unshare --mount)";
  }
  const user = isRoot ? [] : ["--user", "--preserve-credentials"];
  const enter = ["nsenter", "--target", String(keeper.pid), "--mount", ...user, "--"];
  const [file = "", ...rest] = enter;
  if (spawnSync(file, [...rest, "true"]).status !== 0) {
    keeper.kill("SIGKILL");
    return "this machine lets us enter no mount namespace (nsenter)";
  }
  const outside = join(`/proc/${keeper.pid}/root`, folder);
  return {
    enter,
    outside,
    fill() {
      const file = openSync(join(outside, ballast), "a", 0o600);
      try {
        for (const size of [1 << 20, 1 << 12, 1]) {
          const block = Buffer.alloc(size);
          while (writes(file, block));
        }
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(join(outside, ballast), { force: true }),
    async close() {
      const ended = once(keeper, "exit");
      keeper.stdin.end();
      await ended;
    },
  };
}

function writes(file: number, block: Buffer): boolean {
  try {
    return writeSync(file, block) === block.length;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw error;
  }
}

async function isMounted(keeper: ChildProcess): Promise<boolean> {
  const told = new Promise<boolean>((resolve) => keeper.stdout?.once("data", () => resolve(true)));
  const ended = new Promise<boolean>((resolve) => {
    keeper.once("exit", () => resolve(false));
    keeper.once("error", () => resolve(false));
  });
  return await Promise.race([told, ended]);
}
