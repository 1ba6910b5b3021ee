import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import type { Happening } from "#domain/happening.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { writeReplies } from "#operations/write-replies.ts";
import type { ReportBody } from "#protocol/report.ts";
import { openTestApp, type TestApp } from "#test/src/github/app.ts";
import { type Bench, openBench, pushed, reports } from "./bench.ts";

/** The operations on the stand-in, with an issue of ada's in a repository of its own for each test, and people who comment. */
export function talking() {
  let app: TestApp;
  let bench: Bench;
  let issue: number;
  let guids = 0;
  beforeAll(async () => {
    app = await openTestApp();
    app.standIn.createUser("eve");
  });
  beforeEach(async () => {
    await app.openShop();
    app.standIn.setRole(repo(), "eve", "read");
    bench = openBench(app.github, { startsAt: Date.now() });
    issue = ada().openIssue(repo(), { title: "Greet in French", body: "Say bonjour." });
    app.newCalls();
  });
  afterEach(() => {
    app.standIn.faults.clear();
    bench.close();
  });
  afterAll(() => app.close());

  const repo = () => app.shop.name;
  const ada = () => app.standIn.as("ada");
  const failure: ReportBody = {
    kind: "completed",
    conclusion: "failure",
    reason: { code: "max_turns", sentence: "Claude used all turns." },
    summary: "",
  };

  function deliver(happening: Happening): void {
    guids += 1;
    const at = bench.world.clock();
    acceptDelivery(bench.world, {
      guid: `g${guids}`,
      hookId: "1",
      event: "x",
      action: null,
      receivedAt: at,
      happening,
    });
  }

  /** The happening of a comment that stands on the stand-in. */
  function commented(who: string, thread: number, body: string, of: { id?: number; isPullRequest?: boolean } = {}) {
    const id = of.id ?? app.standIn.as(who).comment(repo(), thread, body);
    const isPullRequest = of.isPullRequest ?? false;
    deliver({
      kind: "commented",
      repository: app.shop,
      thread,
      isPullRequest,
      issue: isPullRequest ? null : { title: "Greet in French", body: "Say bonjour." },
      comment: String(id),
      body,
      actor: { login: who, isBot: false },
      at: bench.world.clock(),
    });
    return id;
  }

  /** Comments, works it, and gives our reactions. */
  async function say(
    who: string,
    body: string,
    of: { thread?: number; isPullRequest?: boolean } = {},
  ): Promise<string[]> {
    const thread = of.thread ?? issue;
    const id = commented(who, thread, body, of);
    await bench.workDeliveries();
    await writeReplies(bench.world);
    return reactionsTo(id, thread);
  }

  function reactionsTo(id: number, thread = issue): string[] {
    const found = app.standIn.comments(repo(), thread).find((one) => one.id === id);
    return found?.reactions.map(({ content }) => content) ?? [];
  }

  const replies = (thread = issue) =>
    app.standIn.comments(repo(), thread).filter(({ body }) => body.startsWith("<!-- cc-orchestrator:reply="));
  const task = () => {
    const found = bench.store.tasks.byIssue(app.shop.id, issue);
    if (found === null) throw new Error("there is no task");
    return found;
  };
  const runs = () => bench.store.runs.ofTask(task().id);

  /** A run of the task, as a runner ends it after it has pushed. */
  async function endRun(ending: ReportBody): Promise<string> {
    const runner = bench.addRunner();
    const offer = bench.claim(runner);
    const sha = await ada().push(repo(), {
      branch: offer.branch,
      message: "x",
      files: { "greet.js": String(Math.random()) },
    });
    const prepared = { kind: "prepared", branch: offer.branch, baseSha: sha } as const;
    applyReports(bench.world, runner, offer.runId, offer.epoch, reports([prepared, pushed(sha, offer.branch), ending]));
    await bench.show();
    return sha;
  }

  return {
    get app() {
      return app;
    },
    get bench() {
      return bench;
    },
    get issue() {
      return issue;
    },
    set issue(number: number) {
      issue = number;
    },
    repo,
    ada,
    failure,
    deliver,
    commented,
    say,
    reactionsTo,
    replies,
    task,
    runs,
    endRun,
  };
}
