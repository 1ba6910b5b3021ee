import { z } from "zod";
import type { Verdict } from "#domain/verdicts.ts";
import { checkStateOf, statusStateOf } from "#domain/verdicts.ts";

const Text = z.string().max(300);
const Sha = z.string().regex(/^[0-9a-f]{40}$/);
const Url = z.string().max(2_000).nullish();
/** Our own checks carry the task's name: others' verdicts are what counts here. */
const ours = /^TASK-[1-9]\d*$/;

const CheckRun = z.object({
  check_run: z.object({
    id: z.int().positive(),
    name: Text,
    head_sha: Sha,
    status: Text,
    conclusion: Text.nullish(),
    external_id: z.string().nullish(),
    details_url: Url,
    html_url: Url,
    app: z.object({ slug: Text.nullish() }).nullish(),
  }),
});
const Status = z.object({ sha: Sha, state: Text, context: Text, target_url: Url });
const Reviewed = z.object({
  pull_request: z.object({ number: z.int().positive() }),
  review: z.object({
    state: Text,
    user: z.object({ login: z.string().max(100) }).nullish(),
    submitted_at: z.iso.datetime({ offset: true }).nullish(),
  }),
});
const Changed = z.object({
  pull_request: z.object({ number: z.int().positive(), head: z.object({ sha: Sha }), mergeable: z.boolean() }),
});

const reviewStates = ["approved", "changes_requested", "commented", "dismissed"] as const;

/**
 * What a webhook says of a pull request, besides what it asks of us; null where it says nothing, or not so that it can be
 * read. https://docs.github.com/en/webhooks/webhook-events-and-payloads
 * @param receivedAt milliseconds since 1970
 */
export function verdictOf(event: string, payload: unknown, receivedAt: number): Verdict | null {
  switch (event) {
    case "check_run":
      return ofCheckRun(payload);
    case "status":
      return ofStatus(payload);
    case "pull_request_review":
      return ofReview(payload, receivedAt);
    case "pull_request":
      return ofPullRequest(payload);
    default:
      return null;
  }
}

function ofCheckRun(payload: unknown): Verdict | null {
  const { success, data } = CheckRun.safeParse(payload);
  if (!success || ours.test(data.check_run.external_id ?? "")) return null;
  const { id, name, head_sha: headSha, app, details_url: details, html_url: page, ...run } = data.check_run;
  const state = checkStateOf(run.status, run.conclusion ?? null);
  const check = { id, name, app: app?.slug ?? "unknown", state, url: details ?? page ?? null };
  return { kind: "check", headSha, check };
}

function ofStatus(payload: unknown): Verdict | null {
  const { success, data } = Status.safeParse(payload);
  if (!success) return null;
  const { sha: headSha, context: name, target_url: url } = data;
  const state = statusStateOf(data.state);
  return { kind: "check", headSha, check: { id: null, app: "status", name, state, url: url ?? null } };
}

function ofReview(payload: unknown, receivedAt: number): Verdict | null {
  const { success, data } = Reviewed.safeParse(payload);
  const told = data?.review.state.toLowerCase();
  const state = reviewStates.find((one) => one === told);
  if (!success || state === undefined) return null;
  const at = new Date(data.review.submitted_at ?? receivedAt).toISOString();
  return {
    kind: "review",
    number: data.pull_request.number,
    review: { author: data.review.user?.login ?? "ghost", state, at },
  };
}

function ofPullRequest(payload: unknown): Verdict | null {
  const { success, data } = Changed.safeParse(payload);
  if (!success) return null;
  const { number, head, mergeable } = data.pull_request;
  return { kind: "mergeable", number, headSha: head.sha, mergeable };
}
