import { reasons } from "#domain/reasons.ts";
import { isAlive, type RepositoryRef, type TaskFacts } from "#domain/task.ts";
import type { RepositoryReport } from "#protocol/reconcile.ts";
import type { ListedIssue } from "./ports/github.ts";
import type { World } from "./ports/world.ts";
import { judgeWish, refuse } from "./submit-task.ts";
import { withdrawTask } from "./withdraw-task.ts";

/** GitHub tells instants in whole seconds, and two of its places may round them differently. */
const slackMs = 2_000;
/** What changed a moment ago may change again within the same second. */
const settledMs = 10_000;

type Findings = Pick<RepositoryReport, "submitted" | "withdrawn">;

/**
 * Compares the open issues that carry the label with the tasks: a labelling that nobody told us of becomes a task, a task
 * whose issue was closed or has lost the label is withdrawn. The same gate as always decides.
 * @returns the issues as listed, for whoever needs them next
 */
export async function reconcileIssues(
  world: World,
  repository: RepositoryRef,
  label: string,
  found: Findings,
): Promise<ListedIssue[]> {
  const listed = await world.github.labelledIssues(repository, label);
  for (const issue of listed) {
    if (await submitUntold(world, repository, label, issue)) found.submitted.push(issue.number);
  }
  const numbers = new Set(listed.map((issue) => issue.number));
  for (const task of world.store.tasks.current(repository.id, world.clock())) {
    if (task.issue === null || numbers.has(task.issue.number)) continue;
    if (!isAlive(world.store.runs.ofTask(task.id))) continue;
    if (await withdrawUntold(world, task, task.issue.number)) found.withdrawn.push(task.issue.number);
  }
  return listed;
}

async function submitUntold(
  world: World,
  repository: RepositoryRef,
  label: string,
  listed: ListedIssue,
): Promise<boolean> {
  const { store, github } = world;
  const { number } = listed;
  const task = store.tasks.byIssue(repository.id, number);
  if (task !== null && isAlive(store.runs.ofTask(task.id))) return false;
  const { judgedAt, lookedAt } = store.reconciling.judged(repository.id, number);
  if (listed.updatedAt <= lookedAt) return false;
  const { last, renamedAt } = await github.labelling(repository, number, label);
  const known = Math.max(judgedAt, task?.snapshot.takenAt ?? 0);
  const isUntold = last?.isOn === true && last.at > known + slackMs;
  if (isUntold) {
    const now = await github.issue(repository, number);
    // Read after the text: whoever changed it since the labelling may be a stranger.
    const changedAt = Math.max(renamedAt, await github.editedAt(repository, number));
    if (changedAt >= last.at) {
      refuse(world, repository, number, last.actor.login, reasons.editedSinceLabel());
      store.transaction(() => store.reconciling.judge(repository.id, number, { judgedAt: last.at }));
    } else {
      const { title, body } = now;
      const at = last.at;
      const told = { repository, issue: number, title, body, label, actor: last.actor, at };
      await judgeWish(world, { kind: "issue_labelled", ...told });
    }
    store.transaction(() => store.reconciling.judge(repository.id, number, { foundAt: last.at }));
  }
  if (listed.updatedAt < world.clock() - settledMs) {
    store.transaction(() => store.reconciling.judge(repository.id, number, { lookedAt: listed.updatedAt }));
  }
  return isUntold;
}

async function withdrawUntold(world: World, task: TaskFacts, number: number): Promise<boolean> {
  const { github } = world;
  const { repository } = task;
  const state = await github.issueState(repository, number);
  const at = state?.updatedAt ?? world.clock();
  if (state === null || !state.isOpen) {
    const actor = { login: state?.closedBy ?? "somebody", isBot: false };
    return withdrawTask(world, { kind: "issue_closed", repository, issue: number, actor, at });
  }
  const { label } = task.policy;
  if (state.labels.includes(label)) return false;
  const { last } = await github.labelling(repository, number, label);
  // An operator or a command may have asked for an issue without the label: only taking it off afterwards counts.
  const askedAt = Math.max(task.snapshot.takenAt, world.store.reconciling.judged(repository.id, number).judgedAt);
  if (last === null || last.isOn || last.at + slackMs < askedAt) return false;
  return withdrawTask(world, { kind: "issue_unlabelled", repository, issue: number, label, actor: last.actor, at });
}
