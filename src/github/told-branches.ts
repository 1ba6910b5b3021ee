import { z } from "zod";
import type { Happening } from "#domain/happening.ts";
import { policyPath } from "#protocol/policy.ts";
import { Common, Id, parsed, type Reader, Sha, Time, whereAndWho } from "./payload.ts";

const PullRequestChanged = Common.extend({
  pull_request: z.object({
    number: Id,
    state: z.enum(["open", "closed"]),
    merged: z.boolean().nullish(),
    draft: z.boolean().nullish(),
    head: z.object({ sha: Sha }),
    updated_at: Time,
  }),
});

const Reviewed = Common.extend({
  pull_request: z.object({ number: Id }),
  review: z.object({ id: Id, state: z.string().max(50), submitted_at: Time.nullish() }),
});

const Paths = z.array(z.string());

const Push = Common.extend({
  ref: z.string(),
  deleted: z.boolean(),
  forced: z.boolean(),
  commits: z.array(z.object({ added: Paths.optional(), modified: Paths.optional(), removed: Paths.optional() })),
  repository: Common.shape.repository.extend({ pushed_at: z.union([z.int().positive(), Time]) }),
});

/** A push lists no more commits than this; a longer one may have changed anything. */
const commitsListed = 2_048;

/** What is told of pull requests, of reviews, and of branches that move. */
export const branchReaders: Readonly<Record<string, Reader>> = {
  "pull_request.opened": pullRequestChanged,
  "pull_request.synchronize": pullRequestChanged,
  "pull_request.converted_to_draft": pullRequestChanged,
  "pull_request.ready_for_review": pullRequestChanged,
  "pull_request.closed": pullRequestChanged,
  "pull_request.reopened": pullRequestChanged,
  "pull_request_review.submitted": reviewed,
  "pull_request_review.dismissed": () => null,
  push: pushed,
};

function pullRequestChanged(payload: unknown): Happening {
  const { pull_request: pull, ...common } = parsed(PullRequestChanged, payload);
  return {
    kind: "pull_request_changed",
    ...whereAndWho(common),
    number: pull.number,
    state: pull.merged ? "merged" : pull.state,
    draft: pull.draft ?? false,
    headSha: pull.head.sha,
    at: Date.parse(pull.updated_at),
  };
}

/** Only what asks for something: an approval does not. */
function reviewed(payload: unknown, receivedAt: number): Happening | null {
  const { pull_request: pull, review, ...common } = parsed(Reviewed, payload);
  const place = whereAndWho(common);
  if (place.actor.isBot || !["commented", "changes_requested"].includes(review.state.toLowerCase())) return null;
  const at = review.submitted_at == null ? receivedAt : Date.parse(review.submitted_at);
  return { kind: "reviewed", ...place, number: pull.number, review: review.id, at };
}

function pushed(payload: unknown): Happening | null {
  const { ref, deleted, forced, commits, ...common } = parsed(Push, payload);
  if (deleted || !ref.startsWith("refs/heads/")) return null;
  const branch = ref.slice("refs/heads/".length);
  const isDefault = branch === common.repository.default_branch;
  const touched = commits.some((commit) =>
    [commit.added, commit.modified, commit.removed].some((paths) => paths?.includes(policyPath)),
  );
  const pushedAt = common.repository.pushed_at;
  const at = typeof pushedAt === "number" ? pushedAt * 1_000 : Date.parse(pushedAt);
  const place = whereAndWho(common);
  if (isDefault && (touched || forced || commits.length >= commitsListed))
    return { kind: "policy_changed", ...place, at };
  return { kind: "branch_moved", ...place, branch, isDefault, at };
}
