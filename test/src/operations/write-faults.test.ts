import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Happening } from "#domain/happening.ts";
import { happeningOf } from "#github/happenings.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { applySurfaces } from "#operations/apply-surfaces.ts";
import { lookAtPullRequest } from "#operations/follow-look.ts";
import { GitHubBusyError } from "#operations/ports/github.ts";
import { writeNotices } from "#operations/write-notices.ts";
import { writeReplies } from "#operations/write-replies.ts";
import { writeReviewAnswers } from "#operations/write-review-answers.ts";
import type { ReportBody } from "#protocol/report.ts";
import { openTestApp, type TestApp } from "#test/src/github/app.ts";
import { type Bench, openBench, pushed, reports, second, succeeded } from "./bench.ts";

const inRepo = "/repos/{owner}/{repo}";
/** Every call of ours by which something is written, in the order in which a task's life comes to it. */
const writes = [
  `POST ${inRepo}/issues/{issue_number}/reactions`,
  `POST ${inRepo}/issues/{issue_number}/comments`,
  `POST ${inRepo}/labels`,
  `POST ${inRepo}/issues/{issue_number}/labels`,
  `DELETE ${inRepo}/issues/{issue_number}/labels/{name}`,
  `PATCH ${inRepo}/issues/comments/{comment_id}`,
  `POST ${inRepo}/pulls`,
  `POST ${inRepo}/check-runs`,
  `PATCH ${inRepo}/check-runs/{check_run_id}`,
  "POST /graphql markPullRequestReadyForReview",
  `POST ${inRepo}/issues/comments/{comment_id}/reactions`,
  `POST ${inRepo}/pulls/{pull_number}/comments/{comment_id}/replies`,
  "POST /graphql resolveReviewThread",
  `POST ${inRepo}/pulls/{pull_number}/requested_reviewers`,
  `PATCH ${inRepo}/pulls/{pull_number}`,
  `DELETE ${inRepo}/git/refs/{ref}`,
] as const;

const secondary = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
const rest = { headers: { "retry-after": "60" } };
const faults = {
  "500": { status: 500 },
  "502 before the effect": { status: 502 },
  "a connection that is cut before the effect": { status: 502, cut: true },
  "a connection that is cut after the effect": { status: 502, cut: true, when: "after" },
  "429 with Retry-After": { status: 429, ...rest },
  "403 of a secondary limit": { status: 403, message: secondary, ...rest },
} as const;

let app: TestApp;
/** One after the other, each with a clock that goes on where the last one stopped: GitHub's rest holds across them. */
let bench: Bench | undefined;
let plain: Life;
beforeAll(async () => {
  app = await openTestApp({ clock: () => bench?.world.clock() ?? Date.now() });
  app.standIn.createUser("bob");
  // Nobody listens there: what is sent is read from the log of deliveries, in its order.
  app.standIn.connectWebhook("http://127.0.0.1:9/");
  plain = await live(null);
}, 20_000);
afterAll(() => app.close());

function nextBench(): Bench {
  const now = bench?.world.clock();
  bench = openBench(app.github, { startsAt: now === undefined ? Date.now() : now + 120 * second });
  return bench;
}

type Life = { picture: unknown; failed: string[]; troubles: string[] };

const policy =
  "label: claude\nrole: triage\nready_for_review: true\nfollow_up:\n  resolve_threads: true\n  delete_branch: true\n";

/** A whole life of a task, in which every kind of write fails once in this way. */
async function live(fault: (typeof faults)[keyof typeof faults] | null): Promise<Life> {
  await app.openShop();
  const { standIn } = app;
  const repo = app.shop.name;
  const ada = standIn.as("ada");
  standIn.setRole(repo, "bob", "write");
  await ada.push(repo, { message: "Policy", files: { ".github/cc-orchestrator.yml": policy } });
  const bench = nextBench();
  const runner = bench.addRunner();
  const troubles: string[] = [];
  let told = standIn.deliveries().length;
  const calls = standIn.calls.length;
  if (fault !== null) for (const route of writes) standIn.faults.failNext({ route, ...fault });

  const issue = ada.openIssue(repo, { title: "Greet in French", body: "Say bonjour." });
  ada.label(repo, issue, "claude");
  await settle();
  const first = await work("one\n", succeeded);
  const pull = bench.store.tasks.get(1)?.pullRequest?.number ?? 0;
  const comments = [{ path: "greet.js", line: 1, body: "Why not `uno`?" }];
  await standIn.as("bob").review(repo, pull, { event: "REQUEST_CHANGES", body: "Nearly.", comments });
  await settle();
  await work("uno\n", { kind: "completed", conclusion: "success", summary: "Counts.\n\nT1 done: It is `uno` now." });
  ada.comment(repo, issue, "/claude status");
  await settle();
  await ada.mergePullRequest(repo, pull);
  await settle();
  await settle();

  standIn.faults.clear();
  const made = standIn.calls.slice(calls);
  const bad = made.filter(({ status }) => status === 0 || status >= 500 || status === 429 || status === 403);
  const life = {
    picture: await picture(),
    failed: bad.map(({ method, route }) => `${method} ${route}`),
    troubles,
  };
  bench.close();
  return life;

  async function work(text: string, ending: ReportBody) {
    const offer = bench.claim(runner);
    const { branch, runId, epoch } = offer;
    const sha = await ada.push(repo, { branch, message: `Work of run ${runId}`, files: { "greet.js": text } });
    const started = {
      sessionId: offer.sessionId,
      claudeVersion: "2",
      model: "m",
      sandbox: "none",
      attach: "t",
    } as const;
    const bodies: ReportBody[] = [
      { kind: "prepared", branch, baseSha: sha },
      { kind: "started", ...started },
      pushed(sha, branch),
      { kind: "verified", passed: true, round: 0 },
    ];
    applyReports(bench.world, runner, runId, epoch, reports(bodies));
    await settle();
    applyReports(bench.world, runner, runId, epoch, reports([ending], bodies.length + 1));
    await settle();
    return offer;
  }

  /** What the loops do, each with its own pause after a failure, until nothing is due for a while. */
  async function settle(): Promise<void> {
    for (let quiet = 0, round = 0; quiet < 2 && round < 60; round += 1) {
      const before = troubles.length + standIn.calls.length;
      await standIn.idle();
      for (const { guid, event, request } of standIn.deliveries().slice(told)) {
        told += 1;
        const at = bench.world.clock();
        const happening: Happening | null = happeningOf(event, JSON.parse(JSON.stringify(request.payload)), at);
        acceptDelivery(bench.world, { guid, hookId: "1", event, action: null, receivedAt: at, happening });
      }
      await bench.workDeliveries();
      const looks = Map.groupBy(bench.store.followUps.due(bench.world.clock()), ({ taskId }) => taskId);
      for (const of of looks.values()) await tried(() => lookAtPullRequest(bench.world, of));
      await tried(() => writeReviewAnswers(bench.world));
      await tried(() => writeNotices(bench.world));
      await tried(() => writeReplies(bench.world));
      for (const { taskId, dueAt } of bench.store.surfaces.due(bench.world.clock())) {
        const until = await tried(async () => {
          expect(await applySurfaces(bench.world, taskId)).toEqual([]);
          bench.store.surfaces.settle(taskId, dueAt);
        });
        if (until !== null) bench.store.surfaces.postpone(taskId, until);
      }
      quiet = before === troubles.length + standIn.calls.length ? quiet + 1 : 0;
      // What waits, waits for a minute at most.
      bench.pass(quiet > 0 ? 70 * second : 2 * second);
    }
  }

  async function tried(deed: () => Promise<unknown>): Promise<number | null> {
    try {
      await deed();
      return null;
    } catch (error) {
      troubles.push(String(error));
      return error instanceof GitHubBusyError ? error.until : bench.world.clock() + second;
    }
  }

  /** Everything that GitHub shows, without what differs from life to life. */
  async function picture() {
    const told = (thread: number) =>
      standIn.comments(repo, thread).map(({ author, body, reactions }) => ({
        author,
        reactions,
        body: body.replace(/<!--.*?-->|<sub>.*?<\/sub>/gs, "").slice(0, 40),
      }));
    return {
      issue: {
        labels: standIn.issue(repo, issue).labels,
        reactions: standIn.reactions(repo, issue),
        said: told(issue),
      },
      labels: standIn
        .labels(repo)
        .map(({ name }) => name)
        .toSorted(),
      pulls: standIn.pulls(repo).map(({ draft, merged, title }) => ({ draft, merged, title })),
      said: told(pull),
      checks: standIn.checkRuns(repo).map(({ status, conclusion, output }) => [status, conclusion, output.title]),
      threads: standIn
        .reviews(repo, pull)
        .comments.map(({ author, resolved, inReplyTo }) => [author, resolved, inReplyTo !== null]),
      branch: await standIn.branchSha(repo, first.branch),
    };
  }
}

describe("F21, F22: every write of ours fails once", () => {
  test("and a life in which none fails comes to each of them", async () => {
    expect(plain.troubles).toEqual([]);
    expect(plain.picture).toMatchObject({ branch: null, pulls: [{ merged: true, draft: false }] });
  });

  test.each(Object.entries(faults))(
    "by %s: each has one effect, and all is written in the end",
    async (_what, fault) => {
      const { picture, failed } = await live(fault);
      expect(failed.toSorted()).toEqual([...writes].toSorted());
      expect(picture).toEqual(plain.picture);
      expect(app.standIn.violations.filter(({ side }) => side === "request")).toEqual([]);
    },
    20_000,
  );
});

test.each(Object.entries(faults))("F21, F22: a token for git is made after %s", async (_what, fault) => {
  const bench = nextBench();
  app.standIn.faults.failNext({ route: "POST /app/installations", ...fault });
  await expect(app.github.credential(app.shop, "write")).rejects.toThrow();
  bench.pass(70 * second);
  expect((await app.github.credential(app.shop, "write")).password).toMatch(/^ghs_/);
  bench.close();
});
