import { setTimeout as pause } from "node:timers/promises";
import { type Client, openClient, RefusedError, UnreachableError } from "#protocol/client.ts";
import type { ReportBody } from "#protocol/report.ts";
import type { RunOffer } from "#protocol/run.ts";
import type { Reason } from "#protocol/words.ts";
import type { GitHubStandIn } from "#test/github/github.ts";

export type Actor = {
  /** What it has told about each run under each token, in order: the texts of its log lines. */
  readonly said: ReadonlyMap<number, readonly string[]>;
  close(): Promise<void>;
};

const died: Reason = { code: "agent_failed", sentence: "Claude stopped.", advice: "Look at the log." };
const unfit: Reason = { code: "setup_failed", sentence: "npm is not there.", advice: "Install it." };

/**
 * A runner that speaks the real protocol and plays the part that a task's title asks for:
 * `hold` waits until it is told to stop, `return` gives its first claims back, `stumble` fails its first attempt in a way
 * that another may cure, `unfit` in one that only a person can, `unsaid` pushes and dies before it says so.
 */
export function openActor(of: { url: string; credential: string; github: GitHubStandIn; repo: string }): Actor {
  const call: Client = openClient(of.url, of.credential);
  const stopping = new AbortController();
  const { signal } = stopping;
  const held = new Map<number, { runId: number; epoch: number }>();
  const cancelled = new Set<number>();
  const said = new Map<number, string[]>();
  const runs = new Set<Promise<void>>();

  async function carryOut(offer: RunOffer): Promise<void> {
    const { runId, epoch } = offer;
    held.set(runId, { runId, epoch });
    let seq = 0;
    const tell = async (body: ReportBody): Promise<boolean> => {
      seq += 1;
      const report = { seq, at: new Date().toISOString(), body };
      const told = () => call("report", { params: { run: runId }, body: { epoch, reports: [report] }, signal });
      const isTaken = (await insist(signal, told)) !== null;
      if (isTaken && body.kind === "log") {
        const lines = said.get(runId) ?? [];
        lines.push(...body.lines.map(({ text }) => text));
        said.set(runId, lines);
      }
      return isTaken;
    };
    if (offer.title.includes("return") && epoch <= 2) {
      await insist(signal, () => call("release", { params: { run: runId }, body: { epoch }, signal }));
    } else {
      await play(offer, tell);
    }
    held.delete(runId);
  }

  async function play(offer: RunOffer, tell: (body: ReportBody) => Promise<boolean>): Promise<void> {
    const { runId, epoch, branch, title } = offer;
    const main = (await of.github.branchSha(of.repo, "main")) ?? "";
    await tell({ kind: "prepared", branch, baseSha: main });
    await tell({ kind: "step", step: "claude", state: "started" });
    const told = { claudeVersion: "2", model: "m", sandbox: "none", attach: "tmux" } as const;
    await tell({ kind: "started", sessionId: offer.sessionId, ...told });
    const usage = { activity: "reading", todos: [], turns: 1, inputTokens: 1, outputTokens: 1, costUsd: 0.01 };
    await tell({ kind: "progress", progress: usage });
    for (const part of [1, 2]) {
      const lines = ["a", "b"].map((letter) => ({
        at: new Date().toISOString(),
        kind: "say" as const,
        text: `${runId}.${epoch} ${part}${letter}`,
      }));
      await tell({ kind: "log", lines });
    }
    if (title.includes("hold") && offer.attempt === 1) {
      while (!cancelled.has(runId) && !signal.aborted) await pause(20);
      await tell({ kind: "completed", conclusion: "cancelled", summary: "" });
      return;
    }
    if (title.includes("stumble") && offer.attempt === 1) {
      await tell({ kind: "completed", conclusion: "failure", reason: died, summary: "" });
      return;
    }
    const known = await of.github.branchSha(of.repo, branch);
    const files = { [`${offer.task}.js`]: `bonjour from ${offer.task}` };
    const sha = known ?? (await of.github.as("ada").push(of.repo, { branch, message: "Greet in French", files }));
    if (title.includes("unsaid")) {
      await tell({ kind: "completed", conclusion: "failure", reason: unfit, summary: "" });
      return;
    }
    await insist(signal, () =>
      call("credential", { params: { run: runId }, body: { epoch, access: "write" }, signal }),
    );
    const commits = [{ sha, subject: "Greet in French", files: 1 }];
    await tell({ kind: "pushed", branch, sha, commits, diff: { files: 1, insertions: 1, deletions: 0 }, findings: [] });
    await tell({ kind: "verified", passed: true, round: 0 });
    const isUnfit = title.includes("unfit") && offer.attempt === 1;
    await tell(
      isUnfit
        ? { kind: "completed", conclusion: "failure", reason: unfit, summary: "" }
        : { kind: "completed", conclusion: "success", summary: "Done." },
    );
  }

  async function claim(): Promise<void> {
    while (!signal.aborted) {
      const body = { freeSlots: 8 - held.size, waitSeconds: 1, held: [...held.values()] };
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
      const usual = { freeSlots: 8, freeMemoryBytes: 1e9, freeDiskBytes: 1e9, draining: false };
      const body = { held: [...held.values()], ...usual };
      const answer = await insist(signal, () => call("heartbeat", { body, timeoutMs: 2_000, signal }));
      for (const lease of answer?.leases ?? []) if (lease.want === "cancel") cancelled.add(lease.runId);
      await pause(150);
    }
  }

  const loops = Promise.all([claim(), beat()]);
  return {
    said,
    async close() {
      stopping.abort();
      await loops;
      await Promise.all(runs);
    },
  };
}

/** Told again and again until the server answers. Null when it refuses. */
export async function insist<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T | null> {
  for (;;) {
    if (signal.aborted) return null;
    try {
      return await call();
    } catch (error) {
      if (error instanceof RefusedError && error.problem.status < 500) return null;
      if (!(error instanceof RefusedError || error instanceof UnreachableError)) throw error;
      await pause(20);
    }
  }
}
