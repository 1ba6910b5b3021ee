/** What the app may do with one kind of thing in a repository. */
type Access = "read" | "write";
type Permission = "metadata" | "contents" | "issues" | "pull_requests" | "checks" | "actions" | "statuses";

/**
 * Every call of ours to GitHub's API, the permission that it needs, and what for. `app` is the app's own token, which
 * needs none; `token` is done with a person's token only. `app.yml` asks for exactly what stands here; a test holds the two, and this table and the code, together.
 * https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
 */
export const calls: Record<string, { needs: readonly [Permission, Access] | "app" | "token"; why: string }> = {
  "apps.getAuthenticated": { needs: "app", why: "the login of our own bot, to know our comments" },
  "apps.getRepoInstallation": {
    needs: "app",
    why: "whether the app is installed on a repository, and by which installation",
  },
  "apps.createInstallationAccessToken": { needs: "app", why: "a git token for one repository" },
  "users.getAuthenticated": { needs: "token", why: "whose token it is, to know our comments" },
  "repos.createCommitStatus": { needs: "token", why: "what a check run would say: persons write none" },
  "issues.listCommentsForRepo": { needs: "token", why: "commands that no webhook tells of" },
  "pulls.listCommentsForReview": { needs: "token", why: "whether a review is only our own answers" },
  "apps.listInstallations": { needs: "app", why: "where the app is installed" },
  "apps.listWebhookDeliveries": { needs: "app", why: "what GitHub failed to tell us" },
  "apps.redeliverWebhookDelivery": { needs: "app", why: "asking GitHub to tell it again" },
  "apps.listReposAccessibleToInstallation": { needs: ["metadata", "read"], why: "which repositories to look at" },
  "repos.get": { needs: ["metadata", "read"], why: "default branch, visibility, clone URL" },
  "repos.getCollaboratorPermissionLevel": { needs: ["metadata", "read"], why: "who may ask for work" },
  "repos.getContent": { needs: ["contents", "read"], why: "the repository's policy file" },
  "repos.compareCommitsWithBasehead": { needs: ["contents", "read"], why: "work on a branch without a pull request" },
  "issues.listForRepo": { needs: ["issues", "read"], why: "issues whose label we were not told of" },
  "issues.listEvents": { needs: ["issues", "read"], why: "who put that label on, and when" },
  "issues.getComment": { needs: ["issues", "read"], why: "whether our comment shows what we wrote" },
  "issues.get": { needs: ["issues", "read"], why: "what is asked for" },
  "issues.listDependenciesBlockedBy": { needs: ["issues", "read"], why: "which issues have to be closed first" },
  "issues.listSubIssues": { needs: ["issues", "read"], why: "how far the parts of an issue are" },
  "issues.listComments": { needs: ["issues", "read"], why: "what is said about it; finding our own comment" },
  "issues.createComment": { needs: ["issues", "write"], why: "the comment that tells how it stands" },
  "issues.updateComment": { needs: ["issues", "write"], why: "keeping that comment truthful" },
  "issues.listLabelsOnIssue": { needs: ["issues", "read"], why: "which state labels to take off" },
  "issues.addLabels": { needs: ["issues", "write"], why: "the state label" },
  "issues.removeLabel": { needs: ["issues", "write"], why: "the state label before" },
  "issues.getLabel": { needs: ["issues", "read"], why: "whether the state label is defined" },
  "issues.createLabel": { needs: ["issues", "write"], why: "the state label's colour and description" },
  "reactions.createForIssue": { needs: ["issues", "write"], why: "👀 as a first sign" },
  "reactions.createForIssueComment": {
    needs: ["issues", "write"],
    why: "a sign that a command was seen, and its outcome",
  },
  "checks.listForRef": { needs: ["checks", "read"], why: "finding our own check run; which checks of others failed" },
  "checks.listAnnotations": { needs: ["checks", "read"], why: "what a failed check marks on lines" },
  "repos.getCombinedStatusForRef": { needs: ["statuses", "read"], why: "which commit statuses failed" },
  "actions.createWorkflowDispatch": { needs: ["actions", "write"], why: "a job that takes a run" },
  "actions.cancelWorkflowRun": { needs: ["actions", "write"], why: "a job whose run has ended without it" },
  "actions.getJobForWorkflowRun": { needs: ["actions", "read"], why: "the step of a job that failed" },
  "actions.downloadJobLogsForWorkflowRun": { needs: ["actions", "read"], why: "what that step printed" },
  "checks.get": { needs: ["checks", "read"], why: "whether our check run shows what we wrote" },
  "checks.create": { needs: ["checks", "write"], why: "progress and outcome beside the commit" },
  "checks.update": { needs: ["checks", "write"], why: "keeping that check run truthful" },
  "pulls.list": { needs: ["pull_requests", "read"], why: "finding the branch's pull request" },
  "pulls.get": { needs: ["pull_requests", "read"], why: "whether it is a draft still, and whether it can be merged" },
  "pulls.listReviews": { needs: ["pull_requests", "read"], why: "what reviewers ask for" },
  "pulls.listReviewComments": { needs: ["pull_requests", "read"], why: "their comments on lines" },
  "pulls.createReplyForReviewComment": { needs: ["pull_requests", "write"], why: "an answer in each thread" },
  "pulls.requestReviewers": { needs: ["pull_requests", "write"], why: "asking for the review again" },
  "graphql.resolveReviewThread": { needs: ["pull_requests", "write"], why: "resolving what is done" },
  "git.getRef": { needs: ["contents", "read"], why: "whether a merged branch has moved on" },
  "git.deleteRef": { needs: ["contents", "write"], why: "deleting a merged branch where the policy says so" },
  "pulls.create": { needs: ["pull_requests", "write"], why: "the result" },
  "pulls.update": { needs: ["pull_requests", "write"], why: "its title and text" },
  "graphql.markPullRequestReadyForReview": { needs: ["pull_requests", "write"], why: "leaving the draft state" },
};

/** What the tokens that we hand to git may do. */
export const gitNeeds: Record<string, Access> = { contents: "write", metadata: "read" };

/** The permissions that the calls and git need together: write where anything needs to write. */
export function permissionsNeeded(): Record<string, Access> {
  const needed: Record<string, Access> = { ...gitNeeds };
  for (const { needs } of Object.values(calls)) {
    if (needs === "app" || needs === "token") continue;
    const [permission, access] = needs;
    if (needed[permission] !== "write") needed[permission] = access;
  }
  return needed;
}
