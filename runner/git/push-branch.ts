import { isSafeBranchName } from "./branch-name.ts";
import { askedCredential, askedOnce, type Credential } from "./credential.ts";
import { type GitCall, GitError, git } from "./git.ts";
import { type Mirror, remoteOf } from "./mirror.ts";

export type PushRefusal =
  | "non_fast_forward"
  | "protected_branch"
  | "hook_declined"
  | "secret_scanning"
  | "too_large"
  | "workflow_permission"
  | "unauthorised"
  | "forbidden"
  | "not_found"
  | "moved"
  | "network"
  | "timed_out"
  | "cancelled"
  | "not_verified"
  | "unknown";

export type PushOutcome =
  | { kind: "pushed"; sha: string }
  | { kind: "refused"; reason: PushRefusal; sentence: string; detail: string };

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

/**
 * What a refused push said, as a fact. The order matters: the more telling pattern first. GitHub's words: rule codes
 * GH001 (large files), GH006 and GH013 (branch and repository rules, push protection).
 */
const refusals: readonly [PushRefusal, RegExp, string][] = [
  [
    "too_large",
    /GH001|exceeds GitHub's file size limit|pack exceeds maximum allowed size|error: 413/i,
    "A file is larger than the remote accepts.",
  ],
  [
    "secret_scanning",
    /GITHUB PUSH PROTECTION|push declined due to repository rule violations[\s\S]*secret|Push cannot contain secrets/i,
    "The remote found a secret in the commits.",
  ],
  [
    "workflow_permission",
    /without `?workflows?`? (scope|permission)|refusing to allow .* to create or update workflow/i,
    "The app lacks the permission to change workflow files.",
  ],
  [
    "protected_branch",
    /GH006|GH013|protected branch|Cannot update this protected ref|repository rule violations/i,
    "The branch is protected on the remote.",
  ],
  [
    "non_fast_forward",
    /stale info|non-fast-forward|fetch first|\[rejected\]|cannot lock ref|failed to update ref|incorrect old value|reference already exists/i,
    "The branch on the remote was moved by somebody else.",
  ],
  ["hook_declined", /hook declined|pre-receive hook|denied by hook/i, "A hook of the remote refused the push."],
  [
    "unauthorised",
    /Authentication failed|could not read (Username|Password)|invalid credentials|error: 401|Permission denied \(publickey/i,
    "The remote did not accept the credential.",
  ],
  [
    "forbidden",
    /error: 403|Permission to .* denied|Resource not accessible/i,
    "The credential does not allow pushing here.",
  ],
  ["moved", /error: 30[1278]|unable to update url base from redirection/i, "The repository has another address now."],
  [
    "not_found",
    /error: 404|repository .*not found|does not appear to be a git repository|Could not read from remote repository/i,
    "The remote does not have this repository, or hides it from the credential.",
  ],
  [
    "network",
    /Could not resolve|Failed to connect|Connection (refused|reset|timed out)|Couldn't connect|RPC failed|error: 5\d\d|unexpected disconnect|early EOF|hung up|Operation too slow|SSL|certificate/i,
    "The remote could not be reached.",
  ],
];

function refusalFrom(error: GitError): PushOutcome {
  const detail = `${error.stdout}\n${error.stderr}`.trim().slice(-8_000);
  if (error.cancelled) return refusal("cancelled", "The push was called off.", detail);
  if (error.timedOut) return refusal("timed_out", "The push took too long.", detail);
  const found = refusals.find(([, pattern]) => pattern.test(detail));
  return found ? refusal(found[0], found[2], detail) : refusal("unknown", "The remote refused the push.", detail);
}

function refusal(reason: PushRefusal, sentence: string, detail: string): PushOutcome {
  return { kind: "refused", reason, sentence, detail };
}
