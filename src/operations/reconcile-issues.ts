import { reasons } from "#domain/reasons.ts";
import { isAlive, type RepositoryRef, type TaskFacts } from "#domain/task.ts";
import type { RepositoryReport } from "#protocol/reconcile.ts";
import type { Labelling, ListedIssue } from "./ports/github.ts";
import type { World } from "./ports/world.ts";
import { judgeWish, refuse } from "./submit-task.ts";
import { labelsBehind, withdrawTask } from "./withdraw-task.ts";

/** GitHub tells instants in whole seconds, and two of its places may round them differently. */
const slackMs = 2_000;
/** What changed a moment ago may change again within the same second. */
const settledMs = 10_000;
/** A plan may wait for a long time, and nothing of it is under way; one of before that is left to its next event. */
const planMs = 30 * 24 * 60 * 60_000;

type Findings = Pick<RepositoryReport, "submitted" | "withdrawn">;

/**
 * Compares the open issues that carry a label which starts work with the tasks: a labelling that nobody told us of becomes
 * a task, a task whose issue was closed or has lost its label is withdrawn. The same gate as always decides.
 * @param labels those that start work in this repository
 * @returns the issues as listed, for whoever needs them next
 */
export async function reconcileIssues(
  world: World,
  repository: RepositoryRef,
  labels: readonly string[],
  found: Findings,
): Promise<ListedIssue[]> {
  const listed = await listedWith(world, repository, labels);
  for (const issue of listed) {
    if (await submitUntold(world, repository, labels, issue)) found.submitted.push(issue.number);
  }
  for (const task of world.store.tasks.current(repository.id, world.clock() - planMs)) {
    if (task.issue === null) continue;
    const own = labelsBehind(world, task);
    const isListed = listed.some(
      ({ number, labels: on }) => number === task.issue?.number && own.some((one) => on.includes(one)),
    );
    if (own.length === 0 || isListed) continue;
    if (await withdrawUntold(world, task, task.issue.number, own)) found.withdrawn.push(task.issue.number);
  }
  return listed;
}

/** Each issue once, whichever of the labels it carries. */
async function listedWith(world: World, repository: RepositoryRef, labels: readonly string[]): Promise<ListedIssue[]> {
  const found = new Map<number, ListedIssue>();
  for (const label of labels) {
    for (const issue of await world.github.labelledIssues(repository, label)) found.set(issue.number, issue);
  }
  return [...found.values()];
}

async function submitUntold(
  world: World,
  repository: RepositoryRef,
  labels: readonly string[],
  listed: ListedIssue,
): Promise<boolean> {
  const { store } = world;
  const { number } = listed;
  const task = store.tasks.byIssue(repository.id, number);
  if (task !== null && isAlive(store.runs.ofTask(task.id))) return false;
  const { judgedAt, lookedAt } = store.reconciling.judged(repository.id, number);
  if (listed.updatedAt <= lookedAt) return false;
  const known = Math.max(judgedAt, task?.snapshot.takenAt ?? 0);
  const untold = await untoldLabels(world, repository, { number, labels, since: known + slackMs });
  for (const one of untold) await judgeUntold(world, repository, number, one);
  if (listed.updatedAt < world.clock() - settledMs) {
    store.transaction(() => store.reconciling.judge(repository.id, number, { lookedAt: listed.updatedAt }));
  }
  return untold.length > 0;
}

type Untold = { label: string; last: Labelling; renamedAt: number };

/** The labels that were put on since then and are on, in the order in which that was done; within one second, the plan's first. */
async function untoldLabels(
  { github }: World,
  repository: RepositoryRef,
  of: { number: number; labels: readonly string[]; since: number },
): Promise<Untold[]> {
  const untold: Untold[] = [];
  for (const label of [...of.labels].reverse()) {
    const { last, renamedAt } = await github.labelling(repository, of.number, label);
    if (last?.isOn === true && last.at > of.since) untold.push({ label, last, renamedAt });
  }
  return untold.sort((one, other) => one.last.at - other.last.at);
}

async function judgeUntold(
  world: World,
  repository: RepositoryRef,
  number: number,
  { label, last, renamedAt }: Untold,
): Promise<void> {
  const { store, github } = world;
  const { title, body } = await github.issue(repository, number);
  // Read after the text: whoever changed it since the labelling may be a stranger.
  const changedAt = Math.max(renamedAt, await github.editedAt(repository, number));
  if (changedAt >= last.at) {
    refuse(world, repository, number, last.actor.login, reasons.editedSinceLabel());
    store.transaction(() => store.reconciling.judge(repository.id, number, { judgedAt: last.at }));
  } else {
    const told = { repository, issue: number, title, body, label, actor: last.actor, at: last.at };
    await judgeWish(world, { kind: "issue_labelled", ...told });
  }
  store.transaction(() => store.reconciling.judge(repository.id, number, { foundAt: last.at }));
}

async function withdrawUntold(
  world: World,
  task: TaskFacts,
  number: number,
  labels: readonly string[],
): Promise<boolean> {
  const { github } = world;
  const { repository } = task;
  const state = await github.issueState(repository, number);
  const at = state?.updatedAt ?? world.clock();
  if (state === null || !state.isOpen) {
    const actor = { login: state?.closedBy ?? "somebody", isBot: false };
    return withdrawTask(world, { kind: "issue_closed", repository, issue: number, actor, at });
  }
  if (labels.some((label) => state.labels.includes(label))) return false;
  // An operator or a command may have asked for an issue without the label: only taking it off afterwards counts.
  const askedAt = Math.max(task.snapshot.takenAt, world.store.reconciling.judged(repository.id, number).judgedAt);
  for (const label of labels) {
    const { last } = await github.labelling(repository, number, label);
    if (last === null || last.isOn || last.at + slackMs < askedAt) continue;
    return withdrawTask(world, { kind: "issue_unlabelled", repository, issue: number, label, actor: last.actor, at });
  }
  return false;
}
