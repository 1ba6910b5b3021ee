import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { clearAbandoned } from "./abandoned.ts";
import { askedCredential, askedOnce, type Credential } from "./credential.ts";
import { type GitAnswer, type GitCall, GitError, git, gitBytes } from "./git.ts";
import { inTurn } from "./in-turn.ts";
import { withLock } from "./lock.ts";
import { type Refusal, whyRefused } from "./refusals.ts";

/**
 * The runner's own bare copy of one repository. The agent never sees it writable: tasks borrow its objects, and
 * everything that leaves the machine leaves from here.
 *
 *   refs/heads/*, refs/tags/*                    as the remote had them at the last fetch
 *   refs/cc-orchestrator/tasks/<task>/base       keeps a task's starting point
 *   refs/cc-orchestrator/tasks/<task>/head       what was last taken over from its worktree
 *   refs/cc-orchestrator/recovery/<task>/<n>-<runner>  saved work
 */
export type Mirror = {
  readonly home: string;
  readonly repository: string;
  readonly url: string;
  /** The mirror's git directory. */
  readonly path: string;
  /** Brings heads and tags up to date; makes the mirror when it is missing. One at a time per repository. */
  fetch(credential: Credential | null, options?: { signal?: AbortSignal }): Promise<void>;
  /** The remote's default branch as of the last fetch, or null for an empty repository. */
  defaultBranch(): Promise<string | null>;
  /** The commit that a branch, tag or full ref of the mirror, or a commit id, means; null when there is none. */
  resolve(ref: string): Promise<string | null>;
  hasBranch(name: string): Promise<boolean>;
  /** A file's text at a commit, or null when it is not a file there. @throws GitError when larger than `maxBytes` */
  readFile(sha: string, path: string, maxBytes?: number): Promise<string | null>;
  /** Whether `ancestor` is `sha` or lies in its history. */
  contains(sha: string, ancestor: string): Promise<boolean>;
  /** Runs git on the mirror. For this folder's own modules. */
  git(args: readonly string[], call?: Omit<GitCall, "gitDir">): Promise<GitAnswer>;
};

/** A fetch failed for a `reason`; git's own words are in the cause's `stderr`. */
export class FetchError extends Error {
  readonly reason: Refusal;

  constructor(repository: string, cause: GitError) {
    const { reason, sentence } = whyRefused(cause);
    super(`Could not fetch ${repository}: ${sentence} (${cause.message})`, { cause });
    this.name = "FetchError";
    this.reason = reason;
  }
}

const fetchPatienceMs = 30 * 60_000;
const fetchAttempts = 4;

// Old histories carry blemishes that harm nobody; a repository is not unusable for them.
export const toleratedBlemishes = [
  "zeroPaddedFilemode",
  "missingSpaceBeforeDate",
  "missingSpaceBeforeEmail",
  "missingNameBeforeEmail",
  "badTimezone",
  "badDate",
  "badEmail",
  "badName",
  "multipleAuthors",
  "missingTaggerEntry",
].map((name) => `fetch.fsck.${name}=ignore`);

/**
 * Names a mirror; nothing is read or written before the first {@link Mirror.fetch}.
 *
 * @param at.home the runner's folder for repositories
 * @param at.repository `owner/name`
 * @param at.url where it is fetched from: https, ssh, or a folder on this disk; never with a credential in it
 */
export function openMirror(at: { home: string; repository: string; url: string }): Mirror {
  const remote = remoteOf(at.url);
  const path = join(at.home, "mirrors", remote.host, `${repositoryFolder(at.repository)}.git`);
  const run = (args: readonly string[], call: Omit<GitCall, "gitDir"> = {}): Promise<GitAnswer> =>
    git(args, { ...call, gitDir: path });

  async function resolve(ref: string): Promise<string | null> {
    for (const name of candidates(ref)) {
      const answer = await run(["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`], {
        accept: [0, 1, 128],
      });
      if (answer.code === 0) return answer.stdout.trim();
    }
    return null;
  }

  return {
    home: at.home,
    repository: at.repository,
    url: at.url,
    path,
    git: run,
    resolve,
    async fetch(credential, options = {}) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await inTurn(path, () =>
        withLock(`${path}.lock`, fetchPatienceMs, async () => {
          if (!existsSync(join(path, "HEAD")) || !existsSync(join(path, "config"))) await create(path);
          await fetchAll({ ...at, path }, remote, askedOnce(credential), options.signal);
        }),
      );
    },
    async defaultBranch() {
      const answer = await run(["symbolic-ref", "--quiet", "HEAD"], { accept: [0, 1] });
      const name = answer.stdout.trim().replace(/^refs\/heads\//, "");
      return name !== "" && (await resolve(`refs/heads/${name}`)) !== null ? name : null;
    },
    async hasBranch(name) {
      return (await resolve(`refs/heads/${name}`)) !== null;
    },
    async readFile(sha, file, maxBytes = 1024 * 1024) {
      if (!/^[0-9a-f]{40}$/.test(sha)) throw new TypeError(`not a commit id: ${sha}`);
      const kind = await run(["cat-file", "-t", `${sha}:${file}`], { accept: [0, 128] });
      if (kind.stdout.trim() !== "blob") return null;
      return (await gitBytes(["cat-file", "blob", `${sha}:${file}`], { gitDir: path, maxBytes })).toString("utf8");
    },
    async contains(sha, ancestor) {
      const answer = await run(["merge-base", "--is-ancestor", ancestor, sha], { accept: [0, 1, 128] });
      return answer.code === 0;
    },
  };
}

async function create(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await git(["init", "--quiet", "--bare", "--template=", "--initial-branch=main", path], { gitDir: null });
}

async function fetchAll(
  at: { home: string; repository: string; url: string; path: string },
  remote: Remote,
  credential: Credential | null,
  signal: AbortSignal | undefined,
): Promise<void> {
  await clearAbandoned(at.path);
  for (let attempt = 1; ; attempt += 1) {
    try {
      // Both at once: the second connection costs no time of its own.
      const [head] = await Promise.all([
        remoteCall(at, remote, credential, signal, ["ls-remote", "--symref", "--", at.url, "HEAD"]),
        remoteCall(at, remote, credential, signal, [
          "fetch",
          "--quiet",
          "--prune",
          "--no-tags",
          "--no-write-fetch-head",
          "--no-auto-maintenance",
          "--no-recurse-submodules",
          "--",
          at.url,
          "+refs/heads/*:refs/heads/*",
          "+refs/tags/*:refs/tags/*",
        ]),
      ]);
      const name = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(head.stdout)?.[1];
      if (name !== undefined) await git(["symbolic-ref", "HEAD", name], { gitDir: at.path });
      return;
    } catch (error) {
      if (!(error instanceof GitError) || error.cancelled) throw error;
      if (attempt >= fetchAttempts || !isPassing(error.stderr)) throw new FetchError(at.repository, error);
      await clearAbandoned(at.path);
      await wait(250 * 2 ** attempt, undefined, signal === undefined ? {} : { signal });
    }
  }
}

async function remoteCall(
  at: { home: string; path: string; url: string },
  remote: Remote,
  credential: Credential | null,
  signal: AbortSignal | undefined,
  args: readonly string[],
): Promise<GitAnswer> {
  return await git(args, {
    gitDir: at.path,
    transport: remote.transport,
    ssh: remote.ssh,
    credential: credential && remote.http ? await askedCredential(at.home, at.url, credential) : null,
    options: toleratedBlemishes,
    timeoutMs: fetchPatienceMs,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Failures that another try soon after may not meet: somebody's short lock, a dropped connection, a 5xx. */
function isPassing(stderr: string): boolean {
  return /\.lock': File exists|cannot lock ref|Could not resolve host|Connection (reset|refused|timed out)|early EOF|unexpected disconnect|The requested URL returned error: (429|5\d\d)|RPC failed/i.test(
    stderr,
  );
}

export type Remote = { host: string; transport: "file" | "network"; ssh: boolean; http: boolean };

/** What kind of remote an address is. @throws TypeError for one that could run a program or that holds a credential */
export function remoteOf(url: string): Remote {
  if (url.startsWith("/")) {
    const key = createHash("sha256").update(url).digest("hex").slice(0, 12);
    return { host: `local-${key}`, transport: "file", ssh: false, http: false };
  }
  const scp = /^(?:[A-Za-z0-9_.-]+@)([A-Za-z0-9][A-Za-z0-9.-]*):(?!\/\/)[^-]/.exec(url);
  if (scp?.[1] !== undefined) return { host: scp[1].toLowerCase(), transport: "network", ssh: true, http: false };
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !["https:", "http:", "ssh:"].includes(parsed.protocol)) {
    throw new TypeError("A repository's address must be https, ssh or an absolute folder.");
  }
  if (parsed.password !== "") throw new TypeError("A repository's address must not hold a password.");
  const ssh = parsed.protocol === "ssh:";
  return { host: parsed.host.toLowerCase().replace(/[^a-z0-9.-]/g, "_"), transport: "network", ssh, http: !ssh };
}

function repositoryFolder(repository: string): string {
  const [owner = "", name = "", ...rest] = repository.toLowerCase().split("/");
  if (rest.length > 0 || !/^[a-z0-9][a-z0-9_-]*$/.test(owner) || !/^(?!\.{1,2}$)[a-z0-9._-]{1,100}$/.test(name)) {
    throw new TypeError(`Not a repository's owner/name: ${JSON.stringify(repository).slice(0, 200)}`);
  }
  return join(owner, name);
}

function candidates(ref: string): string[] {
  if (/^[0-9a-f]{40}$/.test(ref) || ref.startsWith("refs/")) return [ref];
  return [`refs/heads/${ref}`, `refs/tags/${ref}`];
}
