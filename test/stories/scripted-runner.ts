import { setTimeout as pause } from "node:timers/promises";
import { type Client, openClient, RefusedError, UnreachableError } from "#protocol/client.ts";
import type { Report, ReportBody } from "#protocol/report.ts";
import type { RunOffer } from "#protocol/run.ts";
import type { GitHubStandIn } from "#test/github/github.ts";

/** A stand-in for a runner that speaks the real protocol over HTTP and does each task with one commit at once. */
export type ScriptedRunner = { close(): Promise<void> };

/** What is done in a run: files are pushed as one commit, and the summary is Claude's last message. */
export type ScriptedWork = { files: Record<string, string>; summary: string };

/** Told again and again until the server answers, as the spool of a real runner is. Null when the server refuses. */
async function insist<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T | null> {
  for (;;) {
    if (signal.aborted) return null;
    try {
      return await call();
    } catch (error) {
      if (error instanceof RefusedError && error.problem.status < 500) return null;
      if (!(error instanceof RefusedError || error instanceof UnreachableError)) throw error;
      await pause(50);
    }
  }
}

export function openScriptedRunner(of: {
  url: string;
  credential: string;
  github: GitHubStandIn;
  repo: string;
  /** Decides what is done in each run; one commit for each task, when absent. */
  work?: (offer: RunOffer) => ScriptedWork;
}): ScriptedRunner {
  const call: Client = openClient(of.url, of.credential);
  const stopping = new AbortController();
  const { signal } = stopping;
  const held = new Map<number, { runId: number; epoch: number }>();
  const runs = new Set<Promise<void>>();

  async function carryOut(offer: RunOffer): Promise<void> {
    const { runId, epoch, branch, sessionId } = offer;
    held.set(runId, { runId, epoch });
    const before = await of.github.branchSha(of.repo, branch);
    const usual = { files: { [`greeting-${offer.task}.js`]: `bonjour from ${offer.task}` }, summary: "Done." };
    const work = of.work?.(offer) ?? usual;
    const push = () => of.github.as("ada").push(of.repo, { branch, message: "Greet in French", files: work.files });
    const sha = before === null || of.work !== undefined ? await push() : before;
    const commits = [{ sha, subject: "Greet in French", files: 1 }];
    const bodies: ReportBody[] = [
      { kind: "prepared", branch, baseSha: sha },
      { kind: "step", step: "claude", state: "started" },
      { kind: "started", sessionId, claudeVersion: "2.0.0", model: "m", sandbox: "none", attach: "tmux" },
      { kind: "log", lines: [{ at: new Date().toISOString(), kind: "say", text: `working on ${offer.task}` }] },
      { kind: "step", step: "claude", state: "passed" },
      { kind: "pushed", branch, sha, commits, diff: { files: 1, insertions: 1, deletions: 0 }, findings: [] },
      { kind: "verified", passed: true, round: 0 },
      { kind: "completed", conclusion: "success", summary: work.summary },
    ];
    for (const [at, body] of bodies.entries()) {
      const report: Report = { seq: at + 1, at: new Date().toISOString(), body };
      const told = () => call("report", { params: { run: runId }, body: { epoch, reports: [report] }, signal });
      if ((await insist(signal, told)) === null) break;
      await pause(30);
    }
    held.delete(runId);
  }

  async function claim(): Promise<void> {
    while (!signal.aborted) {
      const body = { freeSlots: 4 - held.size, waitSeconds: 1 };
      const answer = await insist(signal, () => call("claim", { body, timeoutMs: 5_000, signal }));
      if (!answer?.offer) {
        await pause(20);
        continue;
      }
      const run = carryOut(answer.offer);
      runs.add(run);
      void run.then(() => runs.delete(run));
    }
  }

  async function beat(): Promise<void> {
    while (!signal.aborted) {
      const usual = { freeSlots: 4, freeMemoryBytes: 1e9, freeDiskBytes: 1e9, draining: false };
      const body = { held: [...held.values()], ...usual };
      await insist(signal, () => call("heartbeat", { body, timeoutMs: 2_000, signal }));
      await pause(500);
    }
  }

  const loops = Promise.all([claim(), beat()]);
  return {
    async close() {
      stopping.abort();
      await loops;
      await Promise.all(runs);
    },
  };
}
