/** The webhook events that the stand-in knows: what an App may subscribe to, and what it gets without asking. */
export const subscribableEvents: readonly string[] = [
  "check_run",
  "check_suite",
  "create",
  "delete",
  "installation",
  "installation_repositories",
  "issue_comment",
  "issue_dependencies",
  "issues",
  "label",
  "member",
  "ping",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "pull_request_review_thread",
  "push",
  "repository",
  "status",
  "sub_issues",
  "workflow_dispatch",
];

/** Sent to every App, subscribed or not. */
export const unaskedEvents: readonly string[] = ["installation", "installation_repositories", "ping"];
