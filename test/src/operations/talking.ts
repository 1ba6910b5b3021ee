import { beforeEach } from "vitest";
import type { Happening } from "#domain/happening.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { writeReplies } from "#operations/write-replies.ts";
import type { ReportBody } from "#protocol/report.ts";
import { pushed, reports } from "./bench.ts";
import { inShop } from "./shop.ts";

/** The operations on the stand-in, with an issue of ada's in a repository of its own for each test, and people who comment. */
export function talking() {
  const on = inShop({ eve: "read" });
  const { repo, ada } = on;
  let issue: number;
  let guids = 0;
  beforeEach(() => {
    issue = ada().openIssue(repo(), { title: "Greet in French", body: "Say bonjour." });
    on.app.newCalls();
  });

  const failure: ReportBody = {
    kind: "completed",
    conclusion: "failure",
    reason: { code: "max_turns", sentence: "Claude used all turns." },
    summary: "",
  };

  function deliver(happening: Happening): void {
    guids += 1;
    const at = on.bench.world.clock();
    acceptDelivery(on.bench.world, {
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
    const id = of.id ?? on.app.standIn.as(who).comment(repo(), thread, body);
    const isPullRequest = of.isPullRequest ?? false;
    deliver({
      kind: "commented",
      repository: on.app.shop,
      thread,
      isPullRequest,
      issue: isPullRequest ? null : { title: "Greet in French", body: "Say bonjour." },
      comment: String(id),
      body,
      actor: { login: who, isBot: false },
      at: on.bench.world.clock(),
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
    await on.bench.workDeliveries();
    await writeReplies(on.bench.world);
    return reactionsTo(id, thread);
  }

  function reactionsTo(id: number, thread = issue): string[] {
    const found = on.app.standIn.comments(repo(), thread).find((one) => one.id === id);
    return found?.reactions.map(({ content }) => content) ?? [];
  }

  const replies = (thread = issue) =>
    on.app.standIn.comments(repo(), thread).filter(({ body }) => body.startsWith("<!-- cc-orchestrator:reply="));
  const task = () => {
    const found = on.bench.store.tasks.byIssue(on.app.shop.id, issue);
    if (found === null) throw new Error("there is no task");
    return found;
  };
  const runs = () => on.bench.store.runs.ofTask(task().id);

  /** A run of the task, as a runner ends it after it has pushed. */
  async function endRun(ending: ReportBody): Promise<string> {
    const runner = on.bench.addRunner();
    const offer = on.bench.claim(runner);
    const sha = await ada().push(repo(), {
      branch: offer.branch,
      message: "x",
      files: { "greet.js": String(Math.random()) },
    });
    const prepared = { kind: "prepared", branch: offer.branch, baseSha: sha } as const;
    applyReports(
      on.bench.world,
      runner,
      offer.runId,
      offer.epoch,
      reports([prepared, pushed(sha, offer.branch), ending]),
    );
    await on.bench.show();
    return sha;
  }

  return {
    get app() {
      return on.app;
    },
    get bench() {
      return on.bench;
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
