import type { RepositoryRef } from "#domain/task.ts";
import { defaultPolicy } from "#protocol/policy.ts";
import type { RepositoryReport } from "#protocol/reconcile.ts";
import { reconcileLinks } from "./follow-links.ts";
import { reconcileProposals } from "./follow-proposal.ts";
import { beginComments, pollComments } from "./poll-comments.ts";
import { pollIssues } from "./poll-issues.ts";
import { GitHubBusyError, type ListedIssue } from "./ports/github.ts";
import type { World } from "./ports/world.ts";
import { knownTriggerLabels, readPolicy } from "./read-policy.ts";
import { reconcileBranches } from "./reconcile-branches.ts";
import { reconcileFollowUps } from "./reconcile-follow-ups.ts";
import { reconcileIssues } from "./reconcile-issues.ts";
import { reconcilePullRequests } from "./reconcile-pull-requests.ts";
import { reconcileSurfaces } from "./reconcile-surfaces.ts";

/**
 * Compares everything that we hold about a repository with GitHub, whatever we were told, and sets right what differs.
 * Every part is asked for conditionally, so that a repository where nothing happens costs nothing; a part that fails is
 * told in the report and leaves the others alone.
 */
export async function reconcileRepository(
  world: World,
  repository: RepositoryRef & { pushedAt: number },
): Promise<RepositoryReport> {
  const { pushedAt, ...ref } = repository;
  const report: RepositoryReport = {
    repository: ref.name,
    submitted: [],
    withdrawn: [],
    followed: [],
    due: [],
    opened: [],
    repaired: [],
    problems: [],
  };
  let listed: ListedIssue[] = [];
  const parts: (() => Promise<void>)[] = [
    () => followName(world, ref),
    () => readChangedPolicy(world, ref, pushedAt),
    async () => {
      const labels = knownTriggerLabels(world, ref) ?? [defaultPolicy.label, defaultPolicy.plan_label];
      listed = await reconcileIssues(world, ref, labels, report);
    },
    async () => {
      if (world.github.tells) return;
      await pollIssues(world, ref, listed);
      await pollComments(world, ref);
    },
    async () => void report.followed.push(...(await reconcilePullRequests(world, ref))),
    async () => void report.followed.push(...(await reconcileProposals(world, ref))),
    async () => void (await reconcileLinks(world, ref)),
    async () => void report.due.push(...(await reconcileFollowUps(world, ref))),
    async () => void report.opened.push(...(await reconcileBranches(world, ref))),
    async () => void report.repaired.push(...(await reconcileSurfaces(world, ref, listed))),
  ];
  try {
    if (!world.github.tells) await beginComments(world, ref);
  } catch (error) {
    report.problems.push(wordsOf(error));
    return report;
  }
  for (const part of parts) {
    try {
      await part();
    } catch (error) {
      report.problems.push(wordsOf(error));
      // Nothing more of this installation before then.
      if (error instanceof GitHubBusyError) break;
    }
  }
  return report;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A repository that was renamed or moved keeps its id; its tasks go on under its new name (F24). */
async function followName(world: World, ref: RepositoryRef): Promise<void> {
  const { store } = world;
  const moved = store.tasks
    .current(ref.id, 0)
    .filter(({ repository: { name, installationId } }) => name !== ref.name || installationId !== ref.installationId);
  if (moved.length === 0) return;
  const { cloneUrl } = await world.github.repository(ref);
  store.transaction(() => {
    for (const { id } of moved) {
      const task = store.tasks.get(id);
      if (task !== null) store.tasks.update({ ...task, repository: ref, cloneUrl });
    }
  });
}

/** The label may be another one since somebody pushed. */
async function readChangedPolicy(world: World, ref: RepositoryRef, pushedAt: number): Promise<void> {
  const { policies } = world.store;
  if (policies.get(ref.id) !== null && policies.readAt(ref.id) >= pushedAt) return;
  await readPolicy(world, ref);
  world.store.transaction(() => policies.touch(ref.id, pushedAt));
}
