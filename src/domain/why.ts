import { defaultPolicy, type Policy } from "#protocol/policy.ts";
import type { Gate } from "#protocol/task.ts";
import type { Reason } from "#protocol/words.ts";
import { commandWord } from "./commands/verbs.ts";
import type { Hold } from "./holds.ts";
import type { RunFacts } from "./run.ts";
import { currentRun, type TaskFacts, type TaskState } from "./task.ts";

export type WhyFacts = {
  /** The issue as GitHub shows it now; null where there is none. */
  issue: { isOpen: boolean; labels: readonly string[] } | null;
  /** The policy in force; null when the file is broken and there never was a good one. */
  policy: Policy | null;
  problem: Reason | null;
  /** Null where GitHub did not tell. */
  repository: { name: string; isPrivate: boolean } | null;
  /** Public repositories that the operator has opened; `*` for all. */
  publicRepositories: readonly string[];
  task: TaskFacts | null;
  runs: readonly RunFacts[];
  /** Null without a task. */
  state: TaskState | null;
  /** Why the queued run has not been taken; null when it is about to be, or nothing is queued. */
  queueReason: Reason | null;
  /** What may hold the next run back, whichever runner asks; empty without a task. */
  holds: readonly Hold[];
  runner: string | null;
};

/** Every gate between a wish and its pull request, from the first to the one that the work has come to. */
export function gatesOf(facts: WhyFacts): Gate[] {
  return [
    policyGate(facts),
    publicGate(facts),
    issueGate(facts),
    askedGate(facts),
    stoppedGate(facts),
    pullRequestGate(facts),
    moneyGate(facts),
    ...holdGates(facts),
    runGate(facts),
  ].filter((gate) => gate !== null);
}

function passed(sentence: string): Gate {
  return { isOpen: true, sentence, advice: null };
}

function shut(sentence: string, advice: string | null): Gate {
  return { isOpen: false, sentence, advice };
}

function shutBy(reason: Reason): Gate {
  return shut(reason.sentence, reason.advice ?? null);
}

function policyGate({ policy, problem }: WhyFacts): Gate {
  if (problem === null) return passed("The repository's policy can be read.");
  if (policy === null) return shutBy(problem);
  return {
    isOpen: true,
    sentence: "The policy file has a mistake; its last good version is in force.",
    advice: problem.sentence,
  };
}

function publicGate({ repository, publicRepositories: open }: WhyFacts): Gate | null {
  if (repository === null) return null;
  if (repository.isPrivate) return passed("The repository is private.");
  if (open.includes("*") || open.includes(repository.name)) {
    return passed("The repository is public, and the operator has opened it for work.");
  }
  return shut(
    "The repository is public, and the operator has not opened it for work.",
    `The operator adds ${repository.name} to CC_ORCHESTRATOR_PUBLIC_REPOSITORIES.`,
  );
}

function issueGate({ issue }: WhyFacts): Gate | null {
  if (issue === null) return null;
  return issue.isOpen ? passed("The issue is open.") : shut("The issue is closed.", "Reopen it.");
}

function askedGate({ task, policy, issue }: WhyFacts): Gate {
  if (task !== null) return passed(`${task.requestedBy} asked for it.`);
  const role = policy?.role ?? "write";
  const label = policy?.label ?? defaultPolicy.label;
  const isOn = issue?.labels.find((one) => one === label || one === (policy ?? defaultPolicy).plan_label);
  if (isOn !== undefined) {
    return shut(
      `The label ${isOn} is on, but nobody with the role ${role} was seen putting it there.`,
      `Somebody with that role writes \`/${commandWord} run\`, or puts it on anew.`,
    );
  }
  return shut(
    "Nobody has asked for work here.",
    `Somebody with the role ${role} puts the label ${label} on, or writes \`/${commandWord} run\`.`,
  );
}

function stoppedGate({ task, state }: WhyFacts): Gate | null {
  if (task === null) return null;
  if (task.cancelled === null) return passed("Nobody has stopped it.");
  return shut(`Stopped by ${task.cancelled.by}: ${task.cancelled.how}.`, state?.reason?.advice ?? null);
}

function pullRequestGate({ task }: WhyFacts): Gate | null {
  const pull = task?.pullRequest ?? null;
  if (pull === null) return null;
  if (pull.state === "open") return passed(`Pull request ${pull.number} is open.`);
  return shut(
    `Pull request ${pull.number} was ${pull.state}: this task is over.`,
    `\`/${commandWord} run\` on the issue starts anew, on a new branch.`,
  );
}

/** What holds back a run that is not queued yet stands here too: it would hold the next one. */
function holdGates({ holds }: WhyFacts): Gate[] {
  return holds.map(({ sentence, reason }) => (reason === null ? passed(sentence) : shutBy(reason)));
}

function runGate({ runs, state, queueReason, runner, holds }: WhyFacts): Gate | null {
  const run = currentRun(runs);
  if (run === null || state === null) return null;
  switch (run.status) {
    case "queued":
      // Said by its own gate.
      if (holds.some(({ reason }) => reason?.code === queueReason?.code && reason !== null)) return null;
      return queueReason === null ? passed("It is queued, and a runner takes it in a moment.") : shutBy(queueReason);
    case "in_progress":
      return passed(`${runner === null ? "A runner" : `Runner ${runner}`} is working on it.`);
    case "waiting":
      return run.reason === null ? shut("The run is waiting.", null) : shutBy(run.reason);
    case "completed":
      if ((state.status === "waiting" || state.status === "in_review") && state.reason !== null) {
        return shutBy(state.reason);
      }
      if (run.conclusion === "success") return passed("The last run ended well: the next move is a person's.");
      if (run.conclusion === "cancelled") return shut("The last run was stopped.", null);
      return shut(
        `The last run did not end well: ${run.reason?.sentence ?? "it gave no reason."}`,
        (state.reason ?? run.reason)?.advice ?? null,
      );
  }
}

function moneyGate({ task, runs }: WhyFacts): Gate | null {
  if (task === null) return null;
  const used = runs.reduce((sum, run) => sum + (run.progress?.costUsd ?? 0), 0);
  const limit = task.policy.limits.usd;
  return passed(`A run may use $${limit.toFixed(2)}; $${used.toFixed(2)} went into this task so far.`);
}
