import { createHmac } from "node:crypto";
import type { TaskFacts } from "../task.ts";

/** What of a task is in its marker. */
export type MarkedTask = Pick<TaskFacts, "id"> & { repository: { id: number }; issue: { number: number } | null };

/**
 * The hidden line by which we find again what we wrote. It is signed for its place, so that nobody who copies or
 * invents one makes us take their text for ours.
 */
export function taskMarker(task: MarkedTask, place: "comment" | "pull_request", markerKey: string): string {
  return signed(`task=${task.id}`, [place, task.repository.id, task.issue?.number ?? 0], markerKey);
}

/** The marker of a one-time reply to a refused wish. */
export function noticeMarker(of: { issue: number; code: string }, markerKey: string): string {
  return signed(`notice=${of.code.replace(/[^a-z0-9_]/g, "")}`, ["notice", of.issue], markerKey);
}

/** The marker of the comment with our answers to commands. */
export function replyMarker(of: { repositoryId: number; thread: number }, markerKey: string): string {
  return signed(`reply=${of.thread}`, ["reply", of.repositoryId], markerKey);
}

/** The marker of an answer in a thread of a review. */
export function threadMarker(of: { runId: number; comment: number }, markerKey: string): string {
  return signed(`thread=${of.comment}`, ["thread", of.runId], markerKey);
}

function signed(name: string, place: readonly (string | number)[], markerKey: string): string {
  const signature = createHmac("sha256", markerKey)
    .update([name, ...place].join("\n"))
    .digest("hex")
    .slice(0, 32);
  return `<!-- cc-orchestrator:${name} sig=${signature} -->`;
}

/** The task that a text names as its own; whether we wrote it, its signature or its author has to tell. */
export function taskNamedIn(text: string): number | null {
  const [, id] = /<!-- cc-orchestrator:task=([1-9]\d{0,14}) sig=[0-9a-f]{32} -->/.exec(text) ?? [];
  return id === undefined ? null : Number(id);
}

const anyMarker = /<!-- cc-orchestrator:[a-z]+=[^\n]{0,80} sig=[0-9a-f]{32} -->/;

/** Whether a text has the form of what we write. Whose it is, is told by its author and by the signature. */
export function hasMarker(text: string): boolean {
  return anyMarker.test(text);
}
