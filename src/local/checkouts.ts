import { existsSync, realpathSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, isAbsolute, join } from "node:path";
import { type Checkout, type Checkouts, NoCheckoutError } from "#operations/ports/checkouts.ts";
import { policyPath } from "#protocol/policy.ts";
import { askGit } from "./git.ts";
import { hasMerged } from "./has-merged.ts";

/** Larger than this is no policy that somebody wrote. */
const mostPolicyBytes = 256 * 1024;

/** The repositories on this machine's disk, as git sees them. */
export function openCheckouts(): Checkouts {
  return { look };
}

async function look(folder: string): Promise<Checkout> {
  if (!isAbsolute(folder) || statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new NoCheckoutError(`There is no folder ${folder} on the server's machine.`, "Look at the path.");
  const top = (await askGit(realpathSync(folder), ["rev-parse", "--show-toplevel"]))?.trimEnd();
  if (!top)
    throw new NoCheckoutError(
      `${folder} is no working copy of a git repository.`,
      "Go into one, or make one: git init && git commit --allow-empty -m 'Begin'",
    );
  if ((await askGit(top, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])) === null)
    throw new NoCheckoutError(`${top} has no commit to start from.`, "Make a first one, then try again.");
  const branch = (await askGit(top, ["symbolic-ref", "--quiet", "--short", "HEAD"]))?.trim() ?? null;
  return {
    folder: top,
    name: nameFrom(top),
    branch,
    diff: (base, name) => diffOf(top, base, name),
    hasMerged: (name, headSha) => hasMerged(top, name, headSha),
    hasBranch: async (name) => (await commitOf(top, name)) !== null,
    policyText: async (name) => (await committed(top, name)) ?? (await lying(join(top, policyPath))),
  };
}

/** Without programs of the repository's own: those for showing text, and those for comparing it. */
async function diffOf(top: string, base: string, branch: string): Promise<{ headSha: string; text: string } | null> {
  const [from, head] = await Promise.all([commitOf(top, base), commitOf(top, branch)]);
  if (from === null || head === null) return null;
  const plain = ["--no-color", "--no-ext-diff", "--no-textconv", "--find-renames", "--unified=3"];
  const text = await askGit(top, ["diff", ...plain, `${from.trim()}...${head.trim()}`, "--"]);
  return text === null ? null : { headSha: head.trim(), text };
}

function commitOf(top: string, branch: string): Promise<string | null> {
  return askGit(top, ["rev-parse", "--verify", "--quiet", "--end-of-options", `refs/heads/${branch}^{commit}`]);
}

async function committed(top: string, branch: string): Promise<string | null> {
  return askGit(top, ["cat-file", "blob", `refs/heads/${branch}:${policyPath}`]);
}

/** What `init` has just written counts before it is committed. */
async function lying(path: string): Promise<string | null> {
  if (!existsSync(path) || statSync(path).size > mostPolicyBytes) return null;
  return readFile(path, "utf8");
}

function nameFrom(top: string): string {
  const name = basename(top).replace(/[^A-Za-z0-9._-]+/g, "-");
  return /^\.{0,2}$/.test(name) ? "repository" : name.slice(0, 100);
}
