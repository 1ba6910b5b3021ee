import { setTimeout as pause } from "node:timers/promises";
import { type Client, openClient, RefusedError, UnreachableError } from "#protocol/client.ts";
import type { ReportBody } from "#protocol/report.ts";
import type { ResponseOf } from "#protocol/routes.ts";
import type { RunOffer } from "#protocol/run.ts";
import type { GitHubStandIn } from "#test/github/github.ts";

/** A stand-in for a runner that speaks the real protocol over HTTP; what it does in a run is a part that it plays. */
export type ScriptedRunner = {
  /** What it has told about each run, in order: the texts of the log lines that the server took. */
  readonly said: ReadonlyMap<number, readonly string[]>;
  close(): Promise<void>;
};

/** A run that it has claimed, and what can be done about it. */
export type PlayedRun = {
  readonly offer: RunOffer;
  readonly signal: AbortSignal;
  /** @returns false when the server wants to hear nothing more of this run */
  tell(...bodies: ReportBody[]): Promise<boolean>;
  release(): Promise<void>;
  credential(): Promise<void>;
  /** What people want of it at this moment; null when the server does not say. */
  wants(): Promise<ResponseOf<"wants"> | null>;
  /** Whether somebody has asked for its end. */
  isCancelled(): boolean;
};
export type Play = (run: PlayedRun) => Promise<void>;

/** What is done in a run: files are pushed as one commit, and the summary is Claude's last message. */
export type ScriptedWork = { files: Record<string, string>; summary: string };

export function openScriptedRunner(of: {
  url: string;
  credential: string;
  play: Play;
  /** A job of GitHub Actions has one, and claims no other run. */
  slots?: number;
  beatMs?: number;
}): ScriptedRunner {
  const call: Client = openClient(of.url, of.credential);
  const slots = of.slots ?? 8;
  const stopping = new AbortController();
  const { signal } = stopping;
  const held = new Map<number, { runId: number; epoch: number }>();
  const cancelled = new Set<number>();
  const said = new Map<number, string[]>();
  const runs = new Set<Promise<void>>();

  async function carryOut(offer: RunOffer): Promise<void> {
    const { runId, epoch } = offer;
    const params = { run: runId };
    held.set(runId, { runId, epoch });
    let seq = 0;
    const tellOne = async (body: ReportBody): Promise<boolean> => {
      seq += 1;
      const reports = [{ seq, at: new Date().toISOString(), body }];
      const isTaken =
        (await insist(signal, () => call("report", { params, body: { epoch, reports }, signal }))) !== null;
      if (isTaken && body.kind === "log")
        said.set(runId, [...(said.get(runId) ?? []), ...body.lines.map(({ text }) => text)]);
      return isTaken;
    };
    await of.play({
      offer,
      signal,
      async tell(...bodies) {
        for (const body of bodies) if (!(await tellOne(body))) return false;
        return true;
      },
      async release() {
        await insist(signal, () => call("release", { params, body: { epoch }, signal }));
      },
      async credential() {
        await insist(signal, () => call("credential", { params, body: { epoch, access: "write" }, signal }));
      },
      wants: () =>
        insist(signal, () =>
          call("wants", { body: { held: [{ runId, epoch }], heard: [], told: [], waitSeconds: 0 }, timeoutMs: 5_000 }),
        ),
      isCancelled: () => cancelled.has(runId) || signal.aborted,
    });
    held.delete(runId);
  }

  async function claim(): Promise<void> {
    while (!signal.aborted) {
      const body = { freeSlots: slots - held.size, waitSeconds: 1, held: [...held.values()] };
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
      const usual = { freeSlots: slots, freeMemoryBytes: 1e9, freeDiskBytes: 1e9, draining: false };
      const body = { held: [...held.values()], ...usual };
      const answer = await insist(signal, () => call("heartbeat", { body, timeoutMs: 2_000, signal }));
      for (const lease of answer?.leases ?? []) if (lease.want === "cancel") cancelled.add(lease.runId);
      await pause(of.beatMs ?? 150);
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

/** Told again and again until the server answers, as the spool of a real runner is. Null when the server refuses. */
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

/** Claude has begun in a worktree on this branch. */
export function begun({ branch, sessionId }: RunOffer, baseSha: string): ReportBody[] {
  return [
    { kind: "prepared", branch, baseSha },
    { kind: "step", step: "claude", state: "started" },
    { kind: "started", sessionId, claudeVersion: "2.0.0", model: "m", sandbox: "none", attach: "tmux" },
  ];
}

export function pushedWork({ branch }: RunOffer, sha: string): ReportBody {
  const commits = [{ sha, subject: "Greet in French", files: 1 }];
  return { kind: "pushed", branch, sha, commits, diff: { files: 1, insertions: 1, deletions: 0 }, findings: [] };
}

export function logLines(...texts: string[]): ReportBody {
  const at = new Date().toISOString();
  return { kind: "log", lines: texts.map((text) => ({ at, kind: "say" as const, text })) };
}

/**
 * Does each run with one commit at once, and ends it well.
 * @param work decides what is done in each run; one commit for each task, when null
 */
export function oneCommit(github: GitHubStandIn, work: ((offer: RunOffer) => ScriptedWork) | null = null): Play {
  return async ({ offer, tell }) => {
    const { branch, repository } = offer;
    const before = await github.branchSha(repository, branch);
    const usual = { files: { [`greeting-${offer.task}.js`]: `bonjour from ${offer.task}` }, summary: "Done." };
    const { files, summary } = work?.(offer) ?? usual;
    const push = () => github.as("ada").push(repository, { branch, message: "Greet in French", files });
    const sha = before === null || work !== null ? await push() : before;
    const bodies: ReportBody[] = [
      ...begun(offer, sha),
      logLines(`working on ${offer.task}`),
      { kind: "step", step: "claude", state: "passed" },
      pushedWork(offer, sha),
      { kind: "verified", passed: true, round: 0 },
      { kind: "completed", conclusion: "success", summary },
    ];
    for (const body of bodies) {
      if (!(await tell(body))) break;
      await pause(30);
    }
  };
}

/** Registers a runner as a person does. @returns its credential */
export async function registered(of: {
  url: string;
  operator: Client;
  name?: string;
  labels?: string[];
}): Promise<string> {
  const { token } = await of.operator("createRunnerToken");
  const usual = { slots: 8, version: "t", sandbox: "none" as const, repositories: [] };
  const body = { token, name: of.name ?? "box", labels: of.labels ?? [], ...usual };
  return (await openClient(of.url, null)("register", { body })).credential;
}
