import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A question to git answers at once; whoever waits longer waits for a disk that is gone. */
const timeoutMs = 20_000;

/**
 * Asks git about a repository of the operator's own. It only ever reads, with the few settings of the repository that
 * could start a program on reading put aside.
 * @returns what it printed; null when it says no
 */
export async function askGit(folder: string, args: readonly string[]): Promise<string | null> {
  const settings = ["core.fsmonitor=false", "core.hooksPath=/dev/null", "protocol.allow=never"];
  const options = settings.flatMap((setting) => ["-c", setting]);
  const { PATH = "/usr/local/bin:/usr/bin:/bin", HOME = "/" } = process.env;
  try {
    const env = { PATH, HOME, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", GIT_NO_LAZY_FETCH: "1" };
    const call = { cwd: folder, env, timeout: timeoutMs, maxBuffer: 4 << 20 };
    return (await run("git", ["--no-pager", ...options, ...args], call)).stdout;
  } catch (error) {
    if (error instanceof Error && "code" in error && typeof error.code === "number") return null;
    throw error;
  }
}
