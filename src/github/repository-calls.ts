import type { GitHub } from "#operations/ports/github.ts";
import { createCheckRun, findCheckRun, updateCheckRun } from "./check-runs.ts";
import { createComment, findComment, reactTo, updateComment } from "./comments.ts";
import type { Remembered } from "./conditional.ts";
import { deleteBranch } from "./delete-branch.ts";
import { editedAt, issueState, labelledIssues, labelling } from "./issue-state.ts";
import { issueNow, putEyesOn } from "./issues.ts";
import { checkFailure } from "./job-logs.ts";
import { startJob, stopJob } from "./jobs.ts";
import { linkedIssues } from "./linked-issues.ts";
import type { Octokit } from "./octokit.ts";
import { type Place, placeOf } from "./place.ts";
import { checksOn, pullRequestHead } from "./pull-request-facts.ts";
import { findPullRequest, markReady, openPullRequest, pullRequestsNow, updatePullRequest } from "./pull-requests.ts";
import { branchDiff, branchWork, checkRunState, commentText } from "./read-back.ts";
import { policyText, repositoryNow, roleOf } from "./repositories.ts";
import { commentsSince } from "./repository-comments.ts";
import { askForReview, replyInThread, resolveThreads, reviewComments, reviewsOf } from "./reviews.ts";
import { showLabel } from "./state-labels.ts";
import { putStatus, statusNow } from "./statuses.ts";
import type { Us } from "./us.ts";

type Ref = { name: string; installationId: number };

/** What depends on who we are: where we may look at all, and by what right. */
type OwnWay = "tells" | "find" | "repositories" | "isInstalled" | "failedDeliveries" | "redeliver" | "credential";
export type RepositoryCalls = Omit<GitHub, OwnWay>;

type Badging = Pick<GitHub, "badge" | "findCheckRun" | "createCheckRun" | "updateCheckRun" | "checkRunState">;

/** Everything about one repository, the same for an App and for a person's token. */
export function repositoryCalls(of: {
  octokitFor: (ref: Ref) => Promise<Octokit>;
  us: Us;
  badge: GitHub["badge"];
  remembered: Remembered;
}): RepositoryCalls {
  const { us, badge, remembered } = of;
  const knownLabels = new Map<number, Set<string>>();

  function labelsKnownIn(id: number): Set<string> {
    const known = knownLabels.get(id) ?? new Set<string>();
    knownLabels.set(id, known);
    return known;
  }

  async function at(ref: Ref): Promise<[Octokit, Place]> {
    return [await of.octokitFor(ref), placeOf(ref.name)];
  }

  const checkRuns: Badging = {
    badge: "check_run",
    findCheckRun: async (ref, picture) => findCheckRun(...(await at(ref)), picture, us),
    createCheckRun: async (ref, picture) => createCheckRun(...(await at(ref)), picture),
    updateCheckRun: async (ref, id, picture) => updateCheckRun(...(await at(ref)), id, picture),
    checkRunState: async (ref, id) => checkRunState(...(await at(ref)), id, remembered),
  };
  const statuses: Badging = {
    badge: "status",
    // One that was written before a crash is simply followed by another.
    findCheckRun: async () => null,
    createCheckRun: async (ref, picture) => putStatus(...(await at(ref)), picture),
    updateCheckRun: async (ref, _id, picture) => void (await putStatus(...(await at(ref)), picture)),
    checkRunState: async (ref, sha) => statusNow(...(await at(ref)), sha, remembered),
  };

  return {
    ...(badge === "check_run" ? checkRuns : statuses),
    whoAmI: us.login,
    roleOf: async (ref, login) => roleOf(...(await at(ref)), login),
    repository: async (ref) => repositoryNow(...(await at(ref))),
    policyText: async (ref, path) => policyText(...(await at(ref)), path),
    issue: async (ref, number) => issueNow(...(await at(ref)), number, us),
    acknowledge: async (ref, issue) => putEyesOn(...(await at(ref)), issue),
    findComment: async (ref, issue, marker) => findComment(...(await at(ref)), issue, marker, us),
    createComment: async (ref, issue, body) => createComment(...(await at(ref)), issue, body),
    react: async (ref, comment, content) => reactTo(...(await at(ref)), comment, content),
    updateComment: async (ref, id, body) => updateComment(...(await at(ref)), id, body),
    showLabel: async (ref, issue, label, before) =>
      showLabel(...(await at(ref)), issue, label, before, labelsKnownIn(ref.id)),
    findPullRequest: async (ref, branch) => findPullRequest(...(await at(ref)), ref.id, branch),
    openPullRequest: async (ref, picture) => openPullRequest(...(await at(ref)), ref.id, picture),
    updatePullRequest: async (ref, number, picture) => updatePullRequest(...(await at(ref)), number, picture),
    markReady: async (ref, number) => markReady(...(await at(ref)), number),
    labelledIssues: async (ref, label) => labelledIssues(...(await at(ref)), label, remembered),
    issueState: async (ref, number) => issueState(...(await at(ref)), number, remembered),
    linkedIssues: async (ref, number) => linkedIssues(...(await at(ref)), number, remembered),
    labelling: async (ref, issue, label) => labelling(...(await at(ref)), issue, label, remembered),
    editedAt: async (ref, issue) => editedAt(...(await at(ref)), issue),
    pullRequests: async (ref, numbers) => pullRequestsNow(...(await at(ref)), numbers, remembered),
    pullRequestHead: async (ref, number) => pullRequestHead(...(await at(ref)), number, remembered),
    checksOn: async (ref, sha) => checksOn(...(await at(ref)), sha, { ...us, badge }, remembered),
    checkFailure: async (ref, check) => checkFailure(...(await at(ref)), check),
    reviewsOf: async (ref, number) => reviewsOf(...(await at(ref)), number, us, remembered),
    reviewComments: async (ref, number) => reviewComments(...(await at(ref)), number),
    replyInThread: async (ref, number, comment, body) => replyInThread(...(await at(ref)), number, comment, body),
    resolveThreads: async (ref, number, comments) => resolveThreads(...(await at(ref)), number, comments),
    askForReview: async (ref, number, login) => askForReview(...(await at(ref)), number, login),
    deleteBranch: async (ref, branch, sha) => deleteBranch(...(await at(ref)), branch, sha),
    commentsSince: async (ref, since) => commentsSince(...(await at(ref)), since, us, remembered),
    commentText: async (ref, id) => commentText(...(await at(ref)), id, remembered),
    branchDiff: async (ref, branch, base) => branchDiff(...(await at(ref)), branch, base, remembered),
    branchWork: async (ref, branch, base) => branchWork(...(await at(ref)), branch, base, remembered),
    startJob: async (ref, workflow, branch, inputs) => startJob(...(await at(ref)), workflow, branch, inputs),
    stopJob: async (ref, workflowRun) => stopJob(...(await at(ref)), workflowRun),
  };
}
