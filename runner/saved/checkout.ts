import { execa } from "execa";
import { parseSaved, type SavedWork, savedPrefix } from "./find-saved.ts";

/**
 * A person's own checkout, in which they called us. Git runs there as it would for them, with their configuration and
 * their logins: it is theirs, no agent has been in it.
 */
export type Checkout = {
  readonly folder: string;
  /** `owner/name` of its `origin`, in lower case; null without one. */
  readonly repository: string | null;
  /** What its `origin` holds of a task's saved work. @throws CheckoutError */
  saved(task: string): Promise<SavedWork[]>;
  /** Brings saved work in as a new branch; nothing is checked out. @returns the branch's name @throws CheckoutError */
  bringIn(work: SavedWork, branch: string): Promise<string>;
};

/** Git in the person's checkout said no; the message has its words. */
export class CheckoutError extends Error {}

const remote = "origin";
const timeoutMs = 5 * 60_000;
const askMs = 30_000;
/** How many names are tried for the branch. */
const names = 50;

/** The checkout that a folder lies in, or null where there is none. */
export async function openCheckout(folder: string): Promise<Checkout | null> {
  const top = await ask(folder, ["rev-parse", "--show-toplevel"]);
  if (top === null) return null;
  const url = await ask(top, ["remote", "get-url", remote]);
  const repository = url === null ? null : repositoryOf(url);
  return {
    folder: top,
    repository,
    async saved(task) {
      if (url === null || repository === null) return [];
      const answer = await run(top, ["ls-remote", "--refs", "--", remote, `${savedPrefix(task)}*`], askMs);
      return answer
        .split("\n")
        .map((row) => row.split("\t"))
        .map(([sha, ref]) => parseSaved(`${ref}\t${sha}`, { repository, from: remote }))
        .filter((one) => one !== null);
    },
    async bringIn(work, wanted) {
      const branch = await freeName(top, wanted);
      const fsck = ["-c", "fetch.fsckObjects=true", "-c", "fetch.recurseSubmodules=false"];
      await run(
        top,
        [...fsck, "fetch", "--quiet", "--no-tags", "--", work.from, `${work.ref}:refs/heads/${branch}`],
        timeoutMs,
      );
      return branch;
    },
  };
}

/** `owner/name` in lower case of a GitHub address, https or ssh; null for what is none. */
export function repositoryOf(url: string): string | null {
  const found = /[:/]([A-Za-z0-9][A-Za-z0-9_-]*\/[A-Za-z0-9._-]+?)(?:\.git)?\/?$/.exec(url.trim());
  return found?.[1]?.toLowerCase() ?? null;
}

async function freeName(folder: string, wanted: string): Promise<string> {
  for (let number = 1; number <= names; number += 1) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if ((await ask(folder, ["rev-parse", "--verify", "--quiet", `refs/heads/${name}`])) === null) return name;
  }
  throw new CheckoutError(`There are ${names} branches ${wanted} already; name another one with --branch.`);
}

async function ask(folder: string, args: readonly string[]): Promise<string | null> {
  const { exitCode, stdout } = await call(folder, args, askMs);
  return exitCode === 0 ? stdout.trim() : null;
}

async function run(folder: string, args: readonly string[], ms: number): Promise<string> {
  const { exitCode, stdout, stderr, timedOut } = await call(folder, args, ms);
  if (exitCode === 0) return stdout;
  throw new CheckoutError(timedOut ? `git gave no answer for ${ms / 1_000} s` : stderr.trim().slice(-2_000));
}

function call(folder: string, args: readonly string[], timeout: number) {
  return execa("git", ["-C", folder, ...args], {
    reject: false,
    stdin: "ignore",
    timeout,
    // Nobody is asked for a password: whoever has none set up fetches from the mirror.
    env: { GIT_TERMINAL_PROMPT: "0", LC_ALL: "C.UTF-8" },
  });
}
