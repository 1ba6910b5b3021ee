import { isSafeBranchName } from "#protocol/branch-name.ts";
import { askedCredential, askedOnce, type Credential } from "./credential.ts";
import { type GitCall, GitError, git } from "./git.ts";
import { type Mirror, remoteOf } from "./mirror.ts";
import { type Refusal, whyRefused } from "./refusals.ts";

export type PushOutcome =
  | { kind: "pushed"; sha: string }
  | { kind: "refused"; reason: Refusal; sentence: string; detail: string };

/**
 * Pushes one commit of the mirror to one branch of a remote given by its full address, and asks the remote afterwards
 * whether the branch stands there.
 *
 * @param push.expect where the remote branch stands as far as we know, null for "it does not exist": anything else is
 *   refused, atomically, by the remote
 * @param push.rewrite allow a commit that does not continue from `expect` (our own branch, rebased)
 */
export async function pushBranch(push: {
  mirror: Mirror;
  url: string;
  branch: string;
  sha: string;
  credential: Credential | null;
  expect: string | null;
  rewrite?: boolean;
  signal?: AbortSignal;
  timeoutMs?: number;
}): Promise<PushOutcome> {
  const { mirror, branch, sha, expect } = push;
  if (!isSafeBranchName(branch))
    throw new TypeError(`Not a branch name that we push: ${JSON.stringify(branch).slice(0, 100)}`);
  if (!/^[0-9a-f]{40}$/.test(sha)) throw new TypeError("A push needs a full commit id.");
  if (expect !== null && expect !== sha && push.rewrite !== true && !(await mirror.contains(sha, expect))) {
    return refusal("non_fast_forward", "The branch on the remote has commits that this work does not build on.", "");
  }
  return await pushRef({ ...push, ref: `refs/heads/${branch}` });
}

/**
 * Pushes saved work to its own ref of the remote, in place of what was saved there before; `sha` null takes it away again.
 * Nobody else writes this ref: its name holds the runner's mark.
 *
 * @param push.ref as `saveRecovery` gave it
 */
export async function pushRecovery(push: {
  mirror: Mirror;
  url: string;
  ref: string;
  sha: string | null;
  credential: Credential | null;
  signal?: AbortSignal;
  timeoutMs?: number;
}): Promise<{ kind: "pushed" } | Extract<PushOutcome, { kind: "refused" }>> {
  const { url, ref, sha } = push;
  if (!/^refs\/cc-orchestrator\/recovery\/[A-Za-z0-9_-]+\/\d+(-[0-9a-f]{8})?$/.test(ref))
    throw new TypeError(`Not a recovery ref: ${ref}`);
  try {
    await git(
      [
        "push",
        "--porcelain",
        "--no-verify",
        "--no-follow-tags",
        "--no-signed",
        "--no-thin",
        "--",
        url,
        `+${sha ?? ""}:${ref}`,
      ],
      await callFor(push),
    );
    return { kind: "pushed" };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return refusalFrom(error);
  }
}

/** Where a branch stands on the remote now, null when it does not exist. @throws GitError */
export async function remoteTip(of: {
  mirror: Mirror;
  url: string;
  branch: string;
  credential: Credential | null;
  signal?: AbortSignal;
}): Promise<string | null> {
  return await tipOf({ ...of, ref: `refs/heads/${of.branch}` });
}

type RefPush = Parameters<typeof pushBranch>[0] & { ref: string };

async function pushRef(push: RefPush): Promise<PushOutcome> {
  const { mirror, url, ref, sha, expect } = push;
  const call = { ...push, credential: askedOnce(push.credential) };
  try {
    await git(
      [
        "push",
        "--porcelain",
        "--no-verify",
        "--no-follow-tags",
        "--no-signed",
        "--no-thin",
        `--force-with-lease=${ref}:${expect ?? ""}`,
        "--",
        url,
        `${sha}:${ref}`,
      ],
      await callFor(call),
    );
    const there = await tipOf(call);
    if (there !== sha) {
      return refusal(
        "not_verified",
        "The remote took the push, but the branch does not stand where it should.",
        there ?? "",
      );
    }
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const refused = refusalFrom(error);
    if (!(await hasArrived(call, refused))) return refused;
  }
  await mirror.git(["update-ref", ref, sha]);
  return { kind: "pushed", sha };
}

/** A push may have done its work though its answer was lost, or an earlier one before a crash (F22): the remote knows. */
async function hasArrived(push: RefPush, refused: Extract<PushOutcome, { kind: "refused" }>): Promise<boolean> {
  if (!["network", "timed_out", "killed", "non_fast_forward", "unknown"].includes(refused.reason)) return false;
  try {
    return (await tipOf(push)) === push.sha;
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}

async function tipOf(of: Omit<CallOptions, "timeoutMs"> & { ref: string }): Promise<string | null> {
  const there = await git(["ls-remote", "--refs", "--", of.url, of.ref], await callFor({ ...of, timeoutMs: 60_000 }));
  return there.stdout.split("\t")[0] || null;
}

type CallOptions = {
  mirror: Mirror;
  url: string;
  credential: Credential | null;
  signal?: AbortSignal;
  timeoutMs?: number;
};

async function callFor(push: CallOptions): Promise<GitCall> {
  const remote = remoteOf(push.url);
  return {
    gitDir: push.mirror.path,
    transport: remote.transport,
    ssh: remote.ssh,
    credential:
      push.credential && remote.http ? await askedCredential(push.mirror.home, push.url, push.credential) : null,
    timeoutMs: push.timeoutMs ?? 900_000,
    ...(push.signal === undefined ? {} : { signal: push.signal }),
  };
}

function refusalFrom(error: GitError): Extract<PushOutcome, { kind: "refused" }> {
  const { reason, sentence } = whyRefused(error);
  return refusal(reason, sentence, `${error.stdout}\n${error.stderr}`.trim().slice(-8_000));
}

function refusal(reason: Refusal, sentence: string, detail: string): Extract<PushOutcome, { kind: "refused" }> {
  return { kind: "refused", reason, sentence, detail };
}
