import { beforeEach } from "vitest";
import type { Happening } from "#domain/happening.ts";
import { happeningOf } from "#github/happenings.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { lookAtPullRequest } from "#operations/follow-look.ts";
import type { RunnerFacts } from "#operations/ports/runners.ts";
import { writeNotices } from "#operations/write-notices.ts";
import { writeReplies } from "#operations/write-replies.ts";
import { writeReviewAnswers } from "#operations/write-review-answers.ts";
import type { ReportBody } from "#protocol/report.ts";
import type { RunOffer } from "#protocol/run.ts";
import type { TestApp } from "#test/src/github/app.ts";
import { type Bench, pushed, reports, second, succeeded } from "./bench.ts";
import type { Shop } from "./shop.ts";

/** A task of acme's shop on a real store, whose GitHub is the stand-in: its webhooks come in as they are sent. */
export type Followed = {
  issue: number;
  runner: RunnerFacts;
  task(): NonNullable<ReturnType<Bench["store"]["tasks"]["get"]>>;
  runs(): ReturnType<Bench["store"]["runs"]["ofTask"]>;
  pull(): number;
  /** Lets everything happen that webhooks have asked for, with a clock that goes on by itself. */
  settle(): Promise<void>;
  /** A runner takes the next run, pushes these files, and ends it. Null leaves the branch as it is. */
  work(files: Record<string, string> | null, ending?: ReportBody): Promise<RunOffer>;
  comment(): string;
};

/** @param before what is done to the issue before it is labelled */
export async function openFollowed(
  app: TestApp,
  bench: Bench,
  policy?: string,
  before?: (issue: number) => void,
): Promise<Followed> {
  const repo = app.shop.name;
  const { standIn } = app;
  if (policy !== undefined) {
    await standIn.as("ada").push(repo, { message: "Policy", files: { ".github/cc-orchestrator.yml": policy } });
  }
  // Nobody listens there: what is sent is read from the log of deliveries, in its order.
  standIn.connectWebhook("http://127.0.0.1:9/");
  const issue = standIn.as("ada").openIssue(repo, { title: "Greet in French", body: "Say bonjour." });
  before?.(issue);
  standIn.as("ada").label(repo, issue, "claude");
  let told = standIn.deliveries().length - 2;
  const runner = bench.addRunner({ slots: 9 });

  async function hear(): Promise<boolean> {
    await standIn.idle();
    const fresh = standIn.deliveries().slice(told);
    told += fresh.length;
    let isNew = false;
    for (const { guid, event, request } of fresh) {
      const payload: unknown = JSON.parse(JSON.stringify(request.payload));
      const at = bench.world.clock();
      const happening: Happening | null = happeningOf(event, payload, at);
      acceptDelivery(bench.world, { guid, hookId: "1", event, action: null, receivedAt: at, happening });
      isNew ||= happening !== null;
    }
    return isNew;
  }

  const followed: Followed = {
    issue,
    runner,
    task() {
      const task = bench.store.tasks.byIssue(app.shop.id, issue);
      if (task === null) throw new Error("there is no task");
      return task;
    },
    runs: () => bench.store.runs.ofTask(followed.task().id),
    pull: () => followed.task().pullRequest?.number ?? 0,
    async settle() {
      for (let round = 0; round < 12; round += 1) {
        await hear();
        await bench.workDeliveries();
        for (const looks of Map.groupBy(
          bench.store.followUps.due(bench.world.clock()),
          (look) => look.taskId,
        ).values()) {
          await lookAtPullRequest(bench.world, looks);
        }
        await writeReviewAnswers(bench.world);
        await writeNotices(bench.world);
        await writeReplies(bench.world);
        await bench.show();
        bench.pass(second);
      }
    },
    async work(files, ending = succeeded) {
      const offer = bench.claim(runner);
      const { branch, runId, epoch } = offer;
      const message = `Work of run ${runId}`;
      const before = await standIn.branchSha(repo, branch);
      const sha = files === null ? before : await standIn.as("ada").push(repo, { branch, message, files });
      if (sha === null) throw new Error("there is no branch");
      const bodies: ReportBody[] = [
        { kind: "prepared", branch, baseSha: sha },
        {
          kind: "started",
          sessionId: offer.sessionId,
          claudeVersion: "2.0.0",
          model: "m",
          sandbox: "none",
          attach: "tmux",
        },
        pushed(sha, branch),
        ending,
      ];
      applyReports(bench.world, runner, runId, epoch, reports(bodies));
      await followed.settle();
      return offer;
    },
    comment: () => {
      const ours = standIn.comments(repo, issue).find(({ author }) => author === standIn.app.botLogin);
      return (ours?.body ?? "").split("\n").slice(2).join("\n");
    },
  };
  await followed.settle();
  return followed;
}

/** One that is opened for each test. @param of `files` are what its first run has pushed, where it has had one */
export function following(
  on: Shop,
  of: { policy?: string; files?: Record<string, string>; ending?: ReportBody } = {},
): Followed & { head(): string; purposes(): string[] } {
  let now: Followed;
  beforeEach(async () => {
    now = await openFollowed(on.app, on.bench, of.policy);
    if (of.files !== undefined) await now.work(of.files, of.ending);
  });
  return {
    get issue() {
      return now.issue;
    },
    get runner() {
      return now.runner;
    },
    task: () => now.task(),
    runs: () => now.runs(),
    pull: () => now.pull(),
    settle: () => now.settle(),
    work: (files, ending) => now.work(files, ending),
    comment: () => now.comment(),
    head: () => now.runs().findLast(({ headSha }) => headSha !== null)?.headSha ?? "",
    purposes: () => purposesOf(now),
  };
}

/** `implement completed` */
export function purposesOf(followed: Followed): string[] {
  return followed.runs().map(({ purpose, status }) => `${purpose} ${status}`);
}
