import { isSafeBranchName } from "./branch-name.ts";
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
  const { mirror, url, branch, sha, expect } = push;
  if (!isSafeBranchName(branch))
    throw new TypeError(`Not a branch name that we push: ${JSON.stringify(branch).slice(0, 100)}`);
  if (!/^[0-9a-f]{40}$/.test(sha)) throw new TypeError("A push needs a full commit id.");
  if (expect !== null && expect !== sha && push.rewrite !== true && !(await mirror.contains(sha, expect))) {
    return refusal("non_fast_forward", "The branch on the remote has commits that this work does not build on.", "");
  }
  const ref = `refs/heads/${branch}`;
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
    const there = await git(["ls-remote", "--refs", "--", url, ref], await callFor(call));
    if (there.stdout.split("\t")[0] !== sha) {
      return refusal(
        "not_verified",
        "The remote took the push, but the branch does not stand where it should.",
        there.stdout,
      );
    }
    await mirror.git(["update-ref", ref, sha]);
    return { kind: "pushed", sha };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return refusalFrom(error);
  }
}

async function callFor(push: Parameters<typeof pushBranch>[0]): Promise<GitCall> {
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

function refusalFrom(error: GitError): PushOutcome {
  const { reason, sentence } = whyRefused(error);
  return refusal(reason, sentence, `${error.stdout}\n${error.stderr}`.trim().slice(-8_000));
}

function refusal(reason: Refusal, sentence: string, detail: string): PushOutcome {
  return { kind: "refused", reason, sentence, detail };
}
