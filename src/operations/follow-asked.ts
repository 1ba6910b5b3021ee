import { checkCause } from "#domain/follow-up.ts";
import type { FollowUpBrief } from "#domain/follow-up-brief.ts";
import type { TaskFacts } from "#domain/task.ts";
import { isAlive } from "#domain/task.ts";
import type { Reason } from "#protocol/words.ts";
import { failuresOf } from "./follow-brief.ts";
import { startFollowUp } from "./follow-start.ts";
import type { World } from "./ports/world.ts";

export type AskedVerb = "continue" | "fix-ci" | "rebase";

/** Part of a transaction: begins what was asked for. @returns why nothing was begun; null when it was */
export type Beginning = () => Reason | null;

/** Somebody asks for a follow-up run; what it has to know is asked of GitHub first. */
export async function followAsked(world: World, task: TaskFacts, verb: AskedVerb, by: string): Promise<Beginning> {
  const found = await briefOf(world, task, verb, by);
  return () => {
    if ("code" in found) return found;
    const now = world.store.tasks.get(task.id);
    if (now === null || isAlive(world.store.runs.ofTask(task.id))) return stillRunning;
    startFollowUp(world, now, found.brief, found.causes);
    world.bell.queue();
    return null;
  };
}

type Found = { brief: FollowUpBrief; causes: string[] };

async function briefOf(world: World, task: TaskFacts, verb: AskedVerb, askedBy: string): Promise<Found | Reason> {
  const { github, store } = world;
  const pull = task.pullRequest;
  if (verb === "continue" && pull === null) {
    const headSha = store.runs.ofTask(task.id).findLast((run) => run.headSha !== null)?.headSha ?? null;
    return { brief: { purpose: "continue", pullRequest: 0, headSha, askedBy }, causes: [] };
  }
  if (pull?.state !== "open") return noPullRequest(task);
  const head = await github.pullRequestHead(task.repository, pull.number);
  if (head === null || !head.isOpen) return noPullRequest(task);
  const place = { pullRequest: pull.number, headSha: head.headSha };
  if (verb === "continue") return { brief: { ...place, purpose: "continue", askedBy }, causes: [] };
  if (verb === "rebase") {
    const how = task.policy.follow_up.conflicts === "rebase" ? "rebase" : "merge";
    const cause = `conflict:${head.headSha}:${head.base.sha}`;
    return { brief: { ...place, purpose: "resolve_conflicts", base: head.base.branch, how, askedBy }, causes: [cause] };
  }
  const { failing } = await github.checksOn(task.repository, head.headSha);
  if (failing.length === 0) return noneFails(head.headSha);
  const checks = await failuresOf(world, task, failing);
  const causes = failing.map((check) => checkCause(head.headSha, check));
  return { brief: { ...place, purpose: "fix_checks", round: 1, rounds: 1, askedBy, checks }, causes };
}

const stillRunning: Reason = { code: "still_running", sentence: "A run is at work already." };

function noPullRequest({ issue, pullRequest }: TaskFacts): Reason {
  const anew = issue === null ? "" : " `/claude run` on the issue starts anew.";
  const advice = pullRequest === null ? "" : `It may be reopened.${anew}`;
  return {
    code: "no_pull_request",
    sentence: "There is no open pull request to go on with.",
    ...(advice === "" ? {} : { advice }),
  };
}

function noneFails(sha: string): Reason {
  return {
    code: "no_check_fails",
    sentence: `No check of others fails on ${sha.slice(0, 7)}.`,
    advice: "Checks that are still under way are looked at when they have ended.",
  };
}
