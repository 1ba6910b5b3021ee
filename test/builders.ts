import { noLinks } from "#domain/links.ts";
import type { RunFacts } from "#domain/run.ts";
import { newRun } from "#domain/run.ts";
import type { TaskFacts } from "#domain/task.ts";
import { defaultPolicy } from "#protocol/policy.ts";
import type { StepName, StepState } from "#protocol/report.ts";
import type { RunOffer, Step } from "#protocol/run.ts";

/** 21 November 2026, 14:00 UTC: when everything in the builders begins. */
export const noon = Date.UTC(2026, 10, 21, 14, 0);
export const minute = 60_000;

/** A task from issue 12 of octo/hello; say only what matters. */
export function aTask(of: Partial<TaskFacts> = {}): TaskFacts {
  return {
    id: 12,
    repository: { id: 7001, name: "octo/hello", installationId: 41 },
    cloneUrl: "https://github.test/octo/hello.git",
    issue: { number: 12, url: "https://github.test/octo/hello/issues/12", nodeId: "I_12" },
    snapshot: aSnapshot(),
    requestedBy: "ada",
    priority: "normal",
    links: noLinks,
    policy: defaultPolicy,
    branch: "claude/12-greet-people-by-name",
    pullRequest: null,
    cancelled: null,
    handOver: null,
    createdAt: noon,
    updatedAt: noon,
    ...of,
  };
}

export function aSnapshot(of: Partial<TaskFacts["snapshot"]> = {}): TaskFacts["snapshot"] {
  return {
    title: "Greet people by name",
    body: "`hello` should take a name and greet it.",
    comments: [],
    omittedComments: 0,
    takenAt: noon,
    ...of,
  };
}

/** The first run of task 12, queued; say only what matters. */
export function aRun(of: Partial<RunFacts> = {}): RunFacts {
  const born = newRun({
    taskId: 12,
    purpose: "implement",
    attempt: 1,
    sessionId: "0f9c2c5e-9a53-4c5e-8f0e-5f6f0c3a7b11",
    resume: false,
    notBefore: null,
    now: noon,
  });
  return { id: 31, ...born, ...of };
}

/** A run of TASK-12 as a runner is given it; say only what matters. */
export function anOffer(of: Partial<RunOffer> = {}): RunOffer {
  return {
    runId: 31,
    task: "TASK-12",
    title: "Greet people by name",
    purpose: "implement",
    attempt: 1,
    epoch: 1,
    leaseSeconds: 45,
    repository: "octo/hello",
    cloneUrl: "https://github.test/octo/hello.git",
    baseBranch: null,
    branch: "claude/12-greet-people-by-name",
    headSha: null,
    sessionId: "9b2d8c1e-0000-4000-8000-000000000001",
    resume: false,
    prompt: "Greet people by name.",
    policy: defaultPolicy,
    author: { name: "Claude", email: "noreply@anthropic.com" },
    ...of,
  };
}

/** A step as the timeline shows it. */
export function aStep(name: StepName, state: StepState, detail?: string): Step {
  const startedAt = new Date(noon + minute).toISOString();
  const endedAt = state === "started" ? null : new Date(noon + 2 * minute).toISOString();
  return { name, state, startedAt, endedAt, ...(detail === undefined ? {} : { detail }) };
}

/** A full git object name that starts with the given hex digits. */
export function aSha(start: string): string {
  return start.padEnd(40, "0");
}
