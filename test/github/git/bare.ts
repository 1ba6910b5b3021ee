import { execFile } from "node:child_process";
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface GitAuthor {
  name: string;
  email: string;
}

export interface GitResult {
  code: number;
  stdout: string;
  stderr: string;
}

export class GitFailed extends Error {
  readonly result: GitResult;
  constructor(args: readonly string[], result: GitResult) {
    super(`git ${args[0] ?? ""} ended with ${result.code}: ${result.stderr.trim()}`);
    this.name = "GitFailed";
    this.result = result;
  }
}

const settings = `
[http]
	receivepack = true
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[receive]
	hideRefs = refs/pull
	autogc = false
[gc]
	auto = 0
[core]
	logAllRefUpdates = false
`;

/** Refuses what GitHub refuses of a token without the workflows permission; SmartHttp says when that is so. */
const updateHook = `#!/bin/sh
[ "$STAND_IN_WORKFLOWS" = denied ] || exit 0
case "$3" in *[!0]*) ;; *) exit 0 ;; esac
base=$(git merge-base HEAD "$3")
found=$(git diff --name-only "$base" "$3" -- .github/workflows | head -n 1)
[ -z "$found" ] && exit 0
printf 'refusing to allow a GitHub App to create or update workflow \`%s\` without \`workflows\` permission\\n' "$found" >&2
exit 1
`;

/** Git sees this machine's own settings nowhere in the stand-in. */
export function gitEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "/usr/bin:/bin",
    HOME: "/nonexistent",
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    ...extra,
  };
}

/** A bare repository on disk, driven by the git command. Every call ends within 30 s. */
export class BareRepository {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes an empty repository as GitHub would host it: pull request refs are its own, pushes may be checked. */
  static async create(folder: string, defaultBranch: string): Promise<BareRepository> {
    await mkdir(folder, { recursive: true });
    const repository = new BareRepository(folder);
    await repository.run(["init", "--quiet", "--bare", `--initial-branch=${defaultBranch}`, "."]);
    await appendFile(join(folder, "config"), settings);
    const hook = join(folder, "hooks", "update");
    await mkdir(join(folder, "hooks"), { recursive: true });
    await writeFile(hook, updateHook, { mode: 0o755 });
    return repository;
  }

  /** Runs git and answers how it ended, whatever its exit code; throws only when git could not run. */
  attempt(args: readonly string[], input?: string, environment: Record<string, string> = {}): Promise<GitResult> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        "git",
        [...args],
        { cwd: this.folder, env: gitEnvironment(environment), timeout: 30_000, maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, stderr) => {
          if (error && typeof error.code !== "number") reject(error);
          else resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
        },
      );
      // Git may end before it has read everything; its exit code tells why.
      child.stdin?.on("error", () => child.stdin?.destroy());
      child.stdin?.end(input ?? "");
    });
  }

  /** Runs git and answers its output. Throws GitFailed on any exit code but 0. */
  async run(args: readonly string[], input?: string, environment: Record<string, string> = {}): Promise<string> {
    const result = await this.attempt(args, input, environment);
    if (result.code !== 0) throw new GitFailed(args, result);
    return result.stdout;
  }

  /** Every branch and tag with its object id, by full name. */
  async refs(...patterns: string[]): Promise<Map<string, string>> {
    const wanted = patterns.length > 0 ? patterns : ["refs/heads", "refs/tags"];
    const text = await this.run(["for-each-ref", "--format=%(objectname) %(refname)", ...wanted]);
    return new Map(
      text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => [line.slice(41), line.slice(0, 40)]),
    );
  }

  /** The commit that a branch, tag, ref or (abbreviated) id names, or null. */
  async resolve(name: string): Promise<string | null> {
    if (name === "" || name.startsWith("-")) return null;
    const isWhole = /^[0-9a-f]{40}$/.test(name);
    for (const candidate of isWhole ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`, name]) {
      const result = await this.attempt(["rev-parse", "--verify", "--quiet", `${candidate}^{commit}`]);
      if (result.code === 0) return result.stdout.trim();
    }
    return null;
  }

  /** Sets (or with `null` removes) a ref; with `expected`, only if it is there now. */
  async updateRef(ref: string, sha: string | null, expected?: string): Promise<boolean> {
    const change = sha === null ? ["-d", ref] : [ref, sha];
    const result = await this.attempt(["update-ref", ...change, ...(expected === undefined ? [] : [expected])]);
    return result.code === 0;
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    return (await this.attempt(["merge-base", "--is-ancestor", ancestor, descendant])).code === 0;
  }

  /**
   * Commits whole files on top of `parent` (`null`: a first commit) and moves the branch there.
   * A file's content of `null` removes it. Answers the new commit's id.
   */
  async commitFiles(change: {
    branch: string;
    parent: string | null;
    message: string;
    author: GitAuthor;
    at: Date;
    files: Record<string, string | null>;
  }): Promise<string> {
    const seconds = Math.floor(change.at.getTime() / 1000);
    const lines = [
      `commit refs/heads/${change.branch}`,
      "mark :1",
      `author ${change.author.name} <${change.author.email}> ${seconds} +0000`,
      `committer ${change.author.name} <${change.author.email}> ${seconds} +0000`,
      data(change.message),
      ...(change.parent === null ? [] : [`from ${change.parent}`]),
      ...Object.entries(change.files).map(([path, content]) =>
        content === null ? `D ${quotePath(path)}` : `M 100644 inline ${quotePath(path)}\n${data(content)}`,
      ),
      "get-mark :1",
      "",
    ];
    return (await this.run(["fast-import", "--quiet", "--force"], lines.join("\n"))).trim();
  }
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

function quotePath(path: string): string {
  return `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
