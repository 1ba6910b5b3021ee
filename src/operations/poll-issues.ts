import { createHash } from "node:crypto";
import { isAlive, type RepositoryRef, type TaskFacts } from "#domain/task.ts";
import { followIssueEdit } from "./follow-issue-edit.ts";
import { followPriority, priorityOf } from "./follow-priority.ts";
import type { Labelling, ListedIssue } from "./ports/github.ts";
import type { World } from "./ports/world.ts";

/** Under which `marks` keeps what was seen of an issue last. */
const place = "github issues";

type Seen = {
  /** A digest of title and text. */
  words: string;
  /** When the label for a priority that was followed last had been put on or taken off. */
  priorityAt: number;
};

/** What people change on the issues of tasks under way, where nobody tells of it: the words, and labels for a priority. */
export async function pollIssues(
  world: World,
  repository: RepositoryRef,
  listed: readonly ListedIssue[],
): Promise<void> {
  for (const issue of listed) {
    const task = world.store.tasks.byIssue(repository.id, issue.number);
    if (task === null || !isAlive(world.store.runs.ofTask(task.id))) continue;
    const name = `${repository.id} ${issue.number}`;
    const before = seenOf(world.store.marks.get(place, name));
    const words = createHash("sha256").update(`${issue.title}\n${issue.body}`).digest("hex");
    if (before !== null && before.words !== words) await followWords(world, repository, issue);
    const priorityAt = await followedPriority(world, task, issue, before?.priorityAt ?? task.snapshot.takenAt - 1);
    const now: Seen = { words, priorityAt };
    if (JSON.stringify(before) === JSON.stringify(now)) continue;
    world.store.transaction(() => world.store.marks.put(place, name, JSON.stringify(now), world.clock()));
  }
}

function seenOf(kept: string | null): Seen | null {
  return kept === null ? null : JSON.parse(kept);
}

/** GitHub's lists do not say who it was. */
function followWords(world: World, repository: RepositoryRef, issue: ListedIssue): Promise<void> {
  const { number, title, body, updatedAt: at } = issue;
  const actor = { login: "somebody", isBot: false };
  return followIssueEdit(world, { kind: "issue_edited", repository, issue: number, title, body, actor, at });
}

/** A command may have said otherwise since: only a label that was put on or taken off after the last one counts. */
async function followedPriority(world: World, task: TaskFacts, issue: ListedIssue, since: number): Promise<number> {
  const { policy, repository } = task;
  if ((priorityOf(issue.labels, policy) ?? "normal") === task.priority) return since;
  let newest: { label: string; last: Labelling } | null = null;
  for (const label of [policy.priority_labels.high, policy.priority_labels.low]) {
    const { last } = await world.github.labelling(repository, issue.number, label);
    if (last !== null && last.at > Math.max(since, newest?.last.at ?? 0)) newest = { label, last };
  }
  if (newest === null) return since;
  const { label, last } = newest;
  const kind = last.isOn ? "issue_labelled" : "issue_unlabelled";
  const { title, body } = issue;
  const told = { repository, issue: issue.number, title, body, label, actor: last.actor, at: last.at };
  await followPriority(world, { kind, ...told });
  return last.at;
}
