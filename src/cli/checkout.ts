import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { FailedError } from "./errors.ts";

const run = promisify(execFile);
const timeoutMs = 30_000;

/**
 * Asks git in the person's own repository.
 * @returns what it printed, without the last line end; null when it says no
 */
export async function askGit(folder: string, args: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await run("git", ["--no-pager", ...args], {
      cwd: folder,
      timeout: timeoutMs,
      maxBuffer: 64 << 20,
    });
    return stdout.replace(/\n$/, "");
  } catch (error) {
    if (error instanceof Error && "code" in error && typeof error.code === "number") return null;
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new FailedError("git is not there.", "Install it, then try again.");
    throw error;
  }
}

/** The top folder of the repository around this one; null outside of any. */
export function topOf(folder: string): Promise<string | null> {
  return askGit(folder, ["rev-parse", "--show-toplevel"]);
}

/** The repository on GitHub that this one was cloned from, as `owner/name`; null when none is known. */
export async function originOf(folder: string): Promise<string | null> {
  const url = await askGit(folder, ["config", "--get", "remote.origin.url"]);
  const path = /^(?:https?:\/\/(?:[^@/]+@)?[^/]+\/|(?:ssh:\/\/)?[^@/]+@[^:/]+[:/])(.+?)(?:\.git)?\/?$/.exec(
    url ?? "",
  )?.[1];
  return path !== undefined && /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/.test(path) ? path : null;
}
