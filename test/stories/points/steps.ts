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
  "transaction reconcile-issues.ts judgeUntold",
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

/** What comes after the pull request, and beside GitHub: in a story of its own. */
export const laterSteps: readonly string[] = [
  // A pull request is looked at, and work goes on there.
  "transaction follow-hints.ts hint",
  "transaction follow-look.ts lookAtPullRequest",
  "transaction follow-look.ts withdrawMoot",
  "transaction follow-look.ts settle",
  "transaction note-look.ts noteLook",
  "transaction note-verdict.ts noteVerdict",
  "transaction follow-look.ts postpone",
  "transaction follow-loop.ts look",
  "transaction follow-untrusted.ts untrustedReview",
  "transaction reconcile-follow-ups.ts reconcileFollowUps",
  "transaction write-review-answers.ts writeReviewAnswers",
  "transaction write-review-answers.ts write",
  "github POST /repos/*/pulls/*/comments/*/replies",
  "github POST /repos/*/pulls/*/requested_reviewers",
  "github DELETE /repos/*/git/refs/*",
  // Claude asks, and people answer, approve, speak and take over.
  "transaction apply-reports.ts applyReports asked",
  "transaction answer-question.ts answerTask",
  "transaction ask-question.ts tendQuestions",
  "transaction hear-comment.ts take",
  "transaction approve-task.ts approveTask",
  "transaction say-to-task.ts sayToTask",
  "transaction apply-reports.ts applyReports delivered",
  "transaction say-words.ts thankForWords",
  "transaction take-over.ts change",
  "transaction apply-reports.ts applyReports taken_over",
  "transaction apply-reports.ts applyReports handed_back",
  "transaction remark-on-diff.ts remarkOnDiff",
  "transaction follow-task.ts followTask",
  // The operator's other wishes, and the note of each.
  "transaction app.ts audit",
  "transaction hold-runner.ts change",
  "transaction prioritise-task.ts prioritiseTask",
  "transaction edit-task.ts editTask",
  "transaction create-local-task.ts createLocalTask",
  "transaction remove-task.ts removeTask",
  "transaction register-runner.ts issueRegistrationToken",
  "answer POST /api/runner-tokens",
  "transaction register-runner.ts registerRunner",
  "answer POST /api/runners/register",
  // Jobs of GitHub Actions.
  "transaction start-jobs.ts startJobs",
  "github POST /repos/*/actions/workflows/*/dispatches",
  "transaction register-job.ts registerJob",
  "answer POST /api/runners/register-job",
  "transaction start-jobs.ts stopUnwanted",
  "github POST /repos/*/actions/runs/*/cancel",
  // What changes around an issue.
  "transaction follow-priority.ts followPriority",
  "transaction follow-links.ts refreshLinks",
  "transaction reconcile-repository.ts followName",
  "transaction leave-repositories.ts leaveRepositories",
  // Programs and places outside GitHub.
  "transaction announce.ts beginAnnouncing",
  "transaction announce.ts announceTask",
  "transaction announce.ts announceRunner",
  "transaction announce.ts announceTest",
  "transaction send-messages.ts send",
  "transaction send-messages.ts sendAgain",
  "transaction show-elsewhere.ts showElsewhere",
  "transaction answer-elsewhere.ts record",
];

/** What is wished in Jira and by programs, merged on this machine, and wrong with the whole: in a story of its own. */
export const elsewhereSteps: readonly string[] = [
  "transaction submit-elsewhere.ts submitElsewhere",
  "transaction hear-elsewhere.ts withdraw",
  "transaction hear-elsewhere.ts put",
  "transaction follow-local-branches.ts followLocalBranches",
  "transaction record-proposal.ts recordProposal",
  "transaction follow-proposal.ts followProposal",
  "transaction tell-alerts.ts tell",
  "transaction tell-alerts.ts tellOver",
];

/** Where a person's token stands for the App, and GitHub tells nothing: in a story of its own. */
export const pollSteps: readonly string[] = [
  "transaction poll-comments.ts pollComments",
  "transaction poll-issues.ts pollIssues",
];

/** What only the control plane of one job does, each with what becomes of it when that dies. */
export const stepsOfJobs: Readonly<Record<string, string>> = {
  "transaction give-back-left-runs.ts giveBackLeftRuns":
    "nothing of it is kept before the job's end: the next job begins with the state of before, and does it again",
  "transaction restore-task.ts restoreTask": "the same: GitHub shows the next job what it has shown this one",
};

/** Each step that some story dies at. */
export const everyStep: readonly string[] = [...steps, ...laterSteps, ...stepsOfTime, ...elsewhereSteps, ...pollSteps];
