import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { noLinks } from "#domain/links.ts";
import { type NewRun, newRun } from "#domain/run.ts";
import type { NewTask } from "#domain/task.ts";
import type { Delivery } from "#operations/ports/deliveries.ts";
import type { RunnerFacts } from "#operations/ports/runners.ts";
import { defaultPolicy } from "#protocol/policy.ts";
import { type OpenStore, openStore } from "#store/store.ts";

export const repository = { id: 7, name: "octo/sample", installationId: 3 };

/** A folder that is gone when the test has finished. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cco-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An open store that is closed when the test has finished. */
export function aStore(file: string = join(aFolder(), "state.sqlite")): OpenStore {
  const store = openStore({ file });
  onTestFinished(() => store.close());
  return store;
}

export function aDelivery(of: Partial<Delivery> = {}): Delivery {
  return {
    guid: "6d0e3f6e-0000-4000-8000-000000000001",
    hookId: "42",
    event: "issues",
    action: "labeled",
    receivedAt: 1_000,
    happening: { kind: "policy_changed", repository, actor: { login: "ada", isBot: false }, at: 900 },
    ...of,
  };
}

export function aTask(of: Partial<NewTask> = {}): NewTask {
  return {
    repository,
    cloneUrl: "https://github.test/octo/sample.git",
    issue: { number: 12, url: "https://github.test/octo/sample/issues/12", nodeId: "I_12" },
    snapshot: { title: "Greet politely", body: "Say good day.", comments: [], omittedComments: 0, takenAt: 1_000 },
    requestedBy: "ada",
    priority: "normal",
    links: noLinks,
    policy: defaultPolicy,
    branch: "claude/12-greet-politely",
    pullRequest: null,
    cancelled: null,
    handOver: null,
    createdAt: 1_000,
    updatedAt: 1_000,
    ...of,
  };
}

export function aRun(taskId: number, of: Partial<NewRun> = {}): NewRun {
  const born = newRun({
    taskId,
    purpose: "implement",
    attempt: 1,
    sessionId: "9b2d8c1e-0000-4000-8000-000000000001",
    resume: false,
    notBefore: null,
    now: 1_000,
  });
  return { ...born, ...of };
}

export function aRunner(of: Partial<Omit<RunnerFacts, "id">> = {}): Omit<RunnerFacts, "id"> {
  return {
    name: "laptop",
    credentialHash: "hash-of-laptop",
    labels: ["linux"],
    slots: 2,
    version: "0.1.0",
    sandbox: "bubblewrap",
    repositories: [],
    draining: false,
    heartbeatAt: null,
    freeMemoryBytes: 8.5e9,
    freeDiskBytes: null,
    notClaiming: null,
    holder: null,
    registeredAt: 1_000,
    onlyRun: null,
    endsAt: null,
    ...of,
  };
}
