/**
 * Small things that jobs leave for each other as git refs of the repository: one commit without parents each, so that what
 * is replaced is not kept. A ref is changed only from what one has seen of it; git refuses the second of two.
 */
import { mkdirSync } from "node:fs";
import { type AskedCredential, askedCredential, type Credential, GitError, git, gitBytes } from "../programs.ts";

/** Where they all are; recovery refs have a place of their own beside them. */
export const refsRoot = "refs/cc-orchestrator";

export type Leaf = {
  sha: string;
  /** The commit's message. */
  note: string;
  content: Buffer;
};

export type Change = {
  ref: string;
  /** As it was seen; null when there was none. */
  before: string | null;
  /** Null removes it. */
  after: { note: string; content: Uint8Array } | { note: string; sameAs: Leaf } | null;
};

export type Refs = {
  /** The refs that match, such as `refs/cc-orchestrator/inbox/issue-5/*`, and where they stand. */
  list(...patterns: string[]): Promise<Map<string, string>>;
  /** Null when it is gone or was changed meanwhile. */
  read(ref: string): Promise<Leaf | null>;
  /** Changes all of them. @returns where each stands now; null when one was not as it had been seen, and nothing changed */
  change(changes: readonly Change[]): Promise<Map<string, string | null> | null>;
};

const identity = {
  GIT_AUTHOR_NAME: "CC-Orchestrator",
  GIT_AUTHOR_EMAIL: "noreply@cc-orchestrator.invalid",
  GIT_COMMITTER_NAME: "CC-Orchestrator",
  GIT_COMMITTER_EMAIL: "noreply@cc-orchestrator.invalid",
};
/** Git says so when a ref is not where it was expected to be, or somebody else holds its lock. */
const otherwise = /stale info|fetch first|cannot lock ref|reference already exists|incorrect old value|\[rejected\]/i;

/** GitHub's words, and its status as git tells it. */
const forbidden = /error: 403|permission to \S+ denied|write access to repository not granted/i;

/** The token may not push. */
export class NotAllowedError extends Error {
  constructor() {
    super("The token may not push to the repository. Add `permissions: contents: write` to the workflow.");
    this.name = "NotAllowedError";
  }
}

/**
 * @param of.url the repository's clone URL
 * @param of.folder for a git repository of our own
 * @param of.credential null where none is asked for
 */
export async function openRefs(of: {
  url: string;
  folder: string;
  credential: (() => Promise<Credential>) | null;
}): Promise<Refs> {
  const gitDir = `${of.folder}/refs.git`;
  mkdirSync(of.folder, { recursive: true, mode: 0o700 });
  await git(["init", "--quiet", "--bare", gitDir], { gitDir: null });
  const transport = /^https?:/.test(of.url) ? ("network" as const) : ("file" as const);
  const local = { gitDir, environment: identity };

  async function remotely(args: readonly string[]): Promise<string> {
    const credential: AskedCredential | null =
      of.credential === null ? null : await askedCredential(of.folder, of.url, await of.credential());
    const { stdout } = await git(args, { gitDir, transport, credential, timeoutMs: 60_000 });
    return stdout;
  }

  async function commit(after: NonNullable<Change["after"]>): Promise<string> {
    const blob =
      "sameAs" in after
        ? (await git(["rev-parse", `${after.sameAs.sha}:content`], local)).stdout.trim()
        : (await git(["hash-object", "-w", "--stdin"], { ...local, input: after.content })).stdout.trim();
    const tree = (await git(["mktree"], { ...local, input: `100644 blob ${blob}\tcontent\n` })).stdout.trim();
    return (await git(["commit-tree", tree], { ...local, input: after.note })).stdout.trim();
  }

  return {
    async list(...patterns) {
      const lines = (await remotely(["ls-remote", "--refs", of.url, ...patterns])).split("\n");
      return new Map(
        lines.flatMap((line): [string, string][] => {
          const [sha, ref] = line.split("\t");
          return sha && ref ? [[ref, sha]] : [];
        }),
      );
    },
    async read(ref) {
      try {
        // Without a depth: a repository that was once fetched to some depth may not push all that it has.
        await remotely(["fetch", "--quiet", "--no-tags", of.url, `+${ref}:${ref}`]);
      } catch (error) {
        if (error instanceof GitError && /couldn't find remote ref/i.test(error.stderr)) return null;
        throw error;
      }
      const sha = (await git(["rev-parse", ref], local)).stdout.trim();
      const note = (await git(["log", "-1", "--format=%B", sha, "--"], local)).stdout.trim();
      return { sha, note, content: await gitBytes(["cat-file", "blob", `${sha}:content`], local) };
    },
    async change(changes) {
      const now = new Map<string, string | null>();
      const leases: string[] = [];
      const specs: string[] = [];
      for (const { ref, before, after } of changes) {
        const sha = after === null ? null : await commit(after);
        now.set(ref, sha);
        leases.push(`--force-with-lease=${ref}:${before ?? ""}`);
        specs.push(`${sha ?? ""}:${ref}`);
      }
      try {
        await remotely(["push", "--quiet", "--no-verify", "--atomic", ...leases, of.url, ...specs]);
        return now;
      } catch (error) {
        if (!(error instanceof GitError)) throw error;
        if (otherwise.test(error.stderr)) return null;
        if (forbidden.test(error.stderr)) throw new NotAllowedError();
        throw error;
      }
    },
  };
}
