/**
 * Every durable step of the control plane between a delivery and the merge, as `crash-server.ts` names them: what SQLite
 * commits, what GitHub is told to change, and what a caller is answered. Each is a point to die before and after; an answer only after, since before it is right after a commit.
 */
export const steps: readonly string[] = [
  // A delivery, and what it asks.
  "transaction accept-delivery.ts acceptDelivery",
  "answer POST /api/github/webhooks",
  "transaction read-policy.ts readPolicy",
  "transaction submit-task.ts takeIssue",
  "transaction submit-task.ts judgeWish",
  "transaction submit-task.ts refuse",
  "transaction work-delivery.ts workNextDelivery",
  "transaction work-delivery.ts recordFailure",
  "transaction work-delivery.ts waitsForEarlier",
  "transaction withdraw-task.ts withdrawTask",
  "transaction follow-issue-edit.ts followIssueEdit",
  "transaction follow-pull-request.ts followPullRequest",
  "transaction answer-comment.ts record",
  "transaction answer-check.ts answerCheck",
  // What the operator asks.
  "transaction cancel-task.ts cancelTask",
  "transaction retry-task.ts retryTask",
  "answer POST /api/tasks",
  // What GitHub shows, and the record of it.
  "github POST /repos/*/issues/*/reactions",
  "github POST /repos/*/issues/comments/*/reactions",
  "github POST /repos/*/issues/*/comments",
  "github PATCH /repos/*/issues/comments/*",
  "github POST /repos/*/labels",
  "github POST /repos/*/issues/*/labels",
  "github DELETE /repos/*/issues/*/labels/*",
  "github POST /repos/*/pulls",
  "github PATCH /repos/*/pulls/*",
  "github POST /graphql",
  "github POST /repos/*/check-runs",
  "github PATCH /repos/*/check-runs/*",
  "transaction apply-surfaces.ts write",
  "transaction apply-surfaces.ts writeOnce",
  "transaction apply-surfaces.ts recordPullRequest",
  "transaction surface-loop.ts apply",
  "transaction write-notices.ts writeNotices",
  "transaction write-replies.ts writeReplies",
  // A runner's part.
  "transaction hear-runner.ts hearClaim",
  "transaction claim-run.ts claimRun",
  "answer POST /api/runner/claim",
  "transaction renew-leases.ts renewLeases",
  "answer POST /api/runner/heartbeat",
  "transaction release-run.ts releaseRun",
  "answer POST /api/runs/*/release",
  "github POST /app/installations/*/access_tokens",
  "answer POST /api/runs/*/credential",
  ...["prepared", "step", "started", "progress", "log", "pushed", "verified", "completed"].map(
    (kind) => `transaction apply-reports.ts applyReports ${kind}`,
  ),
  "answer POST /api/runs/*/reports",
  // Reconciling.
  "transaction redeliver.ts redeliverMissed",
  "github POST /app/hook/deliveries/*/attempts",
  "transaction reconcile-repository.ts readChangedPolicy",
  "transaction reconcile-issues.ts submitUntold",
  "transaction reconcile-branches.ts hasWork",
  "transaction reconcile-branches.ts reconcileBranches",
  "transaction reconcile-surfaces.ts repair",
  "transaction reconcile-surfaces.ts reconcileSurfaces",
  "transaction forget-old.ts forgetOld",
];

/** What only time brings about: in a story of their own, whose clock is moved. */
export const stepsOfTime: readonly string[] = [
  "transaction expire-leases.ts expireLeases",
  "transaction expire-leases.ts shiftLeases",
  "transaction bring-forward.ts bringForward",
  "transaction wake-queue.ts wakeQueue",
];

/** Transactions that are no part of a task's way, and where it is said what becomes of them. */
export const elsewhere: Readonly<Record<string, string>> = {
  "transaction announce.ts announceTask": "what other programs are told: test/src/integrations",
  "transaction announce.ts announceRunner": "what other programs are told: test/src/integrations",
  "transaction announce.ts beginAnnouncing": "what other programs are told: test/src/integrations",
  "transaction announce.ts announceTest": "what other programs are told: test/src/integrations",
  "transaction send-messages.ts send": "what other programs are told, at least once: test/src/integrations",
  "transaction send-messages.ts sendAgain": "what other programs are told, at least once: test/src/integrations",
  "transaction show-elsewhere.ts showElsewhere": "a picture that is compared anew at each look: test/src/integrations",
  "transaction create-local-task.ts createLocalTask": "no issue, no GitHub: whoever asked has an answer or asks again",
  "transaction follow-priority.ts followPriority": "set to what the label says, however often it is told",
  "transaction follow-links.ts refreshLinks": "compared with the issue's links anew by each look",
  "transaction register-runner.ts issueRegistrationToken": "before the first task; asked for again",
  "transaction register-runner.ts registerRunner": "before the first task; a new token is asked for",
  "transaction reconcile-repository.ts followName": "the tasks of a renamed repository, compared anew by each look",
};
