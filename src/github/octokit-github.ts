import type { Probot } from "probot";
import type { GitHub } from "#operations/ports/github.ts";
import { createCheckRun, findCheckRun, updateCheckRun } from "./check-runs.ts";
import { createComment, findComment, reactTo, updateComment } from "./comments.ts";
import { Remembered } from "./conditional.ts";
import { gitCredential } from "./credentials.ts";
import { deleteBranch } from "./delete-branch.ts";
import { failedDeliveries, redeliver } from "./deliveries.ts";
import { isRefusal } from "./failure.ts";
import { editedAt, issueState, labelledIssues, labelling } from "./issue-state.ts";
import { issueNow, putEyesOn } from "./issues.ts";
import { checkFailure } from "./job-logs.ts";
import { startJob, stopJob } from "./jobs.ts";
import { linkedIssues } from "./linked-issues.ts";
import type { Octokit } from "./octokit.ts";
import { placeOf } from "./place.ts";
import { checksOn, pullRequestHead } from "./pull-request-facts.ts";
import { findPullRequest, markReady, openPullRequest, pullRequestsNow, updatePullRequest } from "./pull-requests.ts";
import { branchDiff, branchWork, checkRunState, commentText } from "./read-back.ts";
import {
  installationOf,
  installations,
  isInstalled,
  policyText,
  repositoriesOf,
  repositoryId,
  repositoryNow,
  roleOf,
} from "./repositories.ts";
import { askForReview, replyInThread, resolveThreads, reviewComments, reviewsOf } from "./reviews.ts";
import { showLabel } from "./state-labels.ts";

type Ref = { name: string; installationId: number };

/**
 * GitHub as operations ask for it, over Probot's authenticated Octokits.
 * Every method throws GitHubBusyError and GitHubRefusedError as the port says; whatever else it throws may be tried
 * again, after looking whether a write has happened.
 */
export function octokitGitHub(options: { probot: Probot; appId: number }): GitHub {
  const { probot, appId } = options;
  const octokits = new Map<number, Promise<Octokit>>();
  const knownLabels = new Map<number, Set<string>>();
  const remembered = new Remembered();
  let slug: Promise<string> | null = null;

  function installation(id: number): Promise<Octokit> {
    const known = octokits.get(id);
    if (known !== undefined) return known;
    const octokit = probot.auth(id);
    octokits.set(id, octokit);
    return octokit;
  }

  /** The login of the app's own bot, which the app's name may change. */
  async function botLogin(): Promise<string> {
    slug ??= askSlug(probot).catch((error: unknown) => {
      slug = null;
      throw error;
    });
    return `${await slug}[bot]`;
  }

  function labelsKnownIn(id: number): Set<string> {
    const known = knownLabels.get(id) ?? new Set<string>();
    knownLabels.set(id, known);
    return known;
  }

  async function at(ref: Ref): Promise<[Octokit, { owner: string; repo: string }]> {
    return [await installation(ref.installationId), placeOf(ref.name)];
  }

  return {
    whoAmI: botLogin,
    roleOf: async (ref, login) => roleOf(...(await at(ref)), login),
    repository: async (ref) => repositoryNow(...(await at(ref))),
    find: async (name) => {
      const installationId = await installationOf(await probot.auth(), name);
      return { ...(await repositoryId(await installation(installationId), name)), installationId };
    },
    policyText: async (ref) => policyText(...(await at(ref))),
    issue: async (ref, number) => issueNow(...(await at(ref)), number),
    acknowledge: async (ref, issue) => putEyesOn(...(await at(ref)), issue),
    findComment: async (ref, issue, marker) => findComment(...(await at(ref)), issue, marker, { appId, botLogin }),
    createComment: async (ref, issue, body) => createComment(...(await at(ref)), issue, body),
    react: async (ref, comment, content) => reactTo(...(await at(ref)), comment, content),
    updateComment: async (ref, id, body) => updateComment(...(await at(ref)), id, body),
    showLabel: async (ref, issue, label, before) =>
      showLabel(...(await at(ref)), issue, label, before, labelsKnownIn(ref.id)),
    findCheckRun: async (ref, picture) => findCheckRun(...(await at(ref)), picture, appId),
    createCheckRun: async (ref, picture) => createCheckRun(...(await at(ref)), picture),
    updateCheckRun: async (ref, id, picture) => updateCheckRun(...(await at(ref)), id, picture),
    findPullRequest: async (ref, branch) => findPullRequest(...(await at(ref)), ref.id, branch),
    openPullRequest: async (ref, picture) => openPullRequest(...(await at(ref)), ref.id, picture),
    updatePullRequest: async (ref, number, picture) => updatePullRequest(...(await at(ref)), number, picture),
    markReady: async (ref, number) => markReady(...(await at(ref)), number),
    repositories: async (onRefused) => {
      const ids = await installations(await probot.auth(), remembered);
      const lists = ids.map(async (id) => {
        try {
          return await repositoriesOf(await installation(id), id, remembered);
        } catch (error) {
          // One installation that was taken off this moment is no reason to look at none.
          if (!isRefusal(error, 401, 403, 404, 422)) throw error;
          onRefused(error.message);
          return [];
        }
      });
      return (await Promise.all(lists)).flat();
    },
    isInstalled: async ({ name }) => isInstalled(await probot.auth(), name, remembered),
    labelledIssues: async (ref, label) => labelledIssues(...(await at(ref)), label, remembered),
    issueState: async (ref, number) => issueState(...(await at(ref)), number, remembered),
    linkedIssues: async (ref, number) => linkedIssues(...(await at(ref)), number, remembered),
    labelling: async (ref, issue, label) => labelling(...(await at(ref)), issue, label, remembered),
    editedAt: async (ref, issue) => editedAt(...(await at(ref)), issue),
    pullRequests: async (ref, numbers) => pullRequestsNow(...(await at(ref)), numbers, remembered),
    pullRequestHead: async (ref, number) => pullRequestHead(...(await at(ref)), number, remembered),
    checksOn: async (ref, sha) => checksOn(...(await at(ref)), sha, appId, remembered),
    checkFailure: async (ref, check) => checkFailure(...(await at(ref)), check),
    reviewsOf: async (ref, number) => reviewsOf(...(await at(ref)), number, remembered),
    reviewComments: async (ref, number) => reviewComments(...(await at(ref)), number),
    replyInThread: async (ref, number, comment, body) => replyInThread(...(await at(ref)), number, comment, body),
    resolveThreads: async (ref, number, comments) => resolveThreads(...(await at(ref)), number, comments),
    askForReview: async (ref, number, login) => askForReview(...(await at(ref)), number, login),
    deleteBranch: async (ref, branch, sha) => deleteBranch(...(await at(ref)), branch, sha),
    commentText: async (ref, id) => commentText(...(await at(ref)), id, remembered),
    checkRunState: async (ref, id) => checkRunState(...(await at(ref)), id, remembered),
    branchDiff: async (ref, branch, base) => branchDiff(...(await at(ref)), branch, base, remembered),
    branchWork: async (ref, branch, base) => branchWork(...(await at(ref)), branch, base, remembered),
    failedDeliveries: async (since) => failedDeliveries(await probot.auth(), since),
    startJob: async (ref, workflow, branch, inputs) => startJob(...(await at(ref)), workflow, branch, inputs),
    stopJob: async (ref, workflowRun) => stopJob(...(await at(ref)), workflowRun),
    redeliver: async (id) => redeliver(await probot.auth(), id),
    credential: async (ref, access) => gitCredential(await probot.auth(), ref, access),
  };
}

async function askSlug(probot: Probot): Promise<string> {
  const app = await probot.auth();
  const { data } = await app.rest.apps.getAuthenticated();
  if (data === null || !data.slug) throw new Error("GitHub does not tell the app's own name");
  return data.slug;
}
