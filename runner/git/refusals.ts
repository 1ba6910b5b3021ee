import type { GitError } from "./git.ts";

/** Why a remote did not do what it was asked. */
export type Refusal =
  | "non_fast_forward"
  | "protected_branch"
  | "checked_out"
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
  | "killed"
  | "cancelled"
  | "not_verified"
  | "unknown";

/**
 * What a remote said, as a fact. The order matters: the more telling pattern first. GitHub's words: rule codes
 * GH001 (large files), GH006 and GH013 (branch and repository rules, push protection).
 */
const refusals: readonly [Refusal, RegExp, string][] = [
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
    "checked_out",
    /refusing to update checked out branch|branch is currently checked out/i,
    "The branch is checked out there; check out another one, then run the task again.",
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

/** The reason for a failed fetch or push, with a sentence for people. */
export function whyRefused(error: GitError): { reason: Refusal; sentence: string } {
  if (error.cancelled) return { reason: "cancelled", sentence: "It was called off." };
  if (error.timedOut) return { reason: "timed_out", sentence: "It took too long." };
  // Of git itself the system tells us; of its helpers git does.
  if (error.code === null || /died of signal/i.test(error.stderr))
    return { reason: "killed", sentence: "git was killed on the runner's machine." };
  const said = `${error.stdout}\n${error.stderr}`;
  const found = refusals.find(([, pattern]) => pattern.test(said));
  return found
    ? { reason: found[0], sentence: found[2] }
    : { reason: "unknown", sentence: "The remote refused without a reason that we know." };
}
