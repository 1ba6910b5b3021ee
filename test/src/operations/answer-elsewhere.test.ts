import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { answerElsewhere } from "#operations/answer-elsewhere.ts";
import { applyReports } from "#operations/apply-reports.ts";
import type { AskedElsewhere } from "#operations/ports/elsewhere.ts";
import { thankForWords } from "#operations/say-words.ts";
import { showAudit } from "#operations/show-audit.ts";
import { showTask } from "#operations/show-tasks.ts";
import { type Bench, openBench, reports } from "./bench.ts";
import { labelled, type QuietGitHub, quietGitHub } from "./quiet-github.ts";

let github: QuietGitHub;
let bench: Bench;
let presses = 0;
beforeEach(async () => {
  github = quietGitHub();
  bench = openBench(github.github);
  acceptDelivery(bench.world, labelled(1, bench.world.clock()));
  await bench.workDeliveries();
});
afterEach(() => bench.close());

const taskNow = () => showTask(bench.world, "TASK-1");
function ask(verb: string, words = "", more: Partial<AskedElsewhere> = {}) {
  presses += 1;
  return answerElsewhere(bench.world, { key: `slack:${presses}`, login: "ada", verb, words, of: "TASK-1", ...more });
}

describe("what somebody asks for outside GitHub", () => {
  test("is done in their name, is in the audit, and says nothing on GitHub", async () => {
    expect(await ask("stop")).toEqual({ isDone: true, sentence: "Done: TASK-1 is asked to stop." });
    expect(taskNow()).toMatchObject({ status: "completed", conclusion: "cancelled" });
    expect(showAudit(bench.world)[0]).toMatchObject({
      by: "ada",
      place: "slack",
      action: "/claude stop",
      refusal: null,
    });
    expect(await ask("status")).toMatchObject({ isDone: true });
    expect(bench.store.replies.unwritten()).toEqual([]);
    expect(github.reactions).toEqual([]);
  });

  test("is done once, however often it comes, and is answered the same", async () => {
    await ask("stop", "", { key: "slack:a" });
    const [first, second] = await Promise.all([1, 2].map(() => ask("retry", "", { key: "slack:b" })));
    expect(first).toEqual(second);
    expect(taskNow().runs).toHaveLength(2);
    expect(await ask("retry")).toMatchObject({ isDone: false, sentence: expect.stringContaining("queued already") });
  });

  test("is refused like a comment's command where the role is too low, and then changes nothing", async () => {
    github.role = "triage";
    expect(await ask("stop")).toEqual({
      isDone: false,
      code: "role_too_low",
      sentence: expect.stringContaining("stop needs the role write; ada has the role triage"),
    });
    expect(taskNow().status).toBe("queued");
    expect(await ask("why")).toMatchObject({ isDone: true });
    github.role = "none";
    expect(await ask("status")).toMatchObject({ isDone: false, sentence: expect.stringContaining("role read") });
  });

  test("is answered a few times only to somebody who may not", async () => {
    github.role = "none";
    for (let time = 0; time < 10; time += 1) await ask("stop");
    expect((await ask("stop")).sentence).toContain("more than 10 commands");
  });

  test.each([
    ["a verb that there is not", "stopp", "There is no such command"],
    ["a priority that there is not", "priority", "high, normal or low"],
  ])("is told what to write instead for %s", async (_what, verb, sentence) => {
    expect((await ask(verb, "urgent")).sentence).toContain(sentence);
  });

  test("is refused for a task that there is not", async () => {
    expect((await ask("stop", "", { of: "TASK-9" })).sentence).toBe("There is no TASK-9.");
  });

  test("starts work on an issue that is named, with the issue's own words", async () => {
    const of = { repository: "acme/shop", issue: 2 };
    expect(await ask("run", "", { of })).toEqual({ isDone: true, sentence: "Done: TASK-2 is queued." });
    expect(showTask(bench.world, "TASK-2")).toMatchObject({ requestedBy: "ada", title: "Greet in French" });
    github.role = "read";
    expect((await ask("run", "", { of: { ...of, issue: 3 } })).isDone).toBe(false);
  });

  test("words for Claude are one message, whatever they hold; nobody on GitHub is thanked for them", async () => {
    const runner = bench.addRunner();
    const { runId, epoch } = bench.claim(runner);
    await ask("say", "Use informal words.\n/claude stop");
    const [words] = bench.store.words.undelivered(1);
    expect(words).toMatchObject({ by: "ada", text: "Use informal words.\n/claude stop", comment: null });
    expect(taskNow().runs[0]).toMatchObject({ status: "in_progress" });
    applyReports(bench.world, runner, runId, epoch, reports([{ kind: "delivered", message: words?.id ?? 0 }]));
    await thankForWords(bench.world);
    expect(github.reactions).toEqual([]);
  });
});

describe("a question", () => {
  const options = ["French", "Danish"].map((label) => ({ label, description: "" }));
  const items = [{ question: "Which?", header: "", multiSelect: false, options }];
  const open = () => taskNow().runs.at(-1)?.question?.askedAt ?? "";

  test("is answered once, and the same session goes on", async () => {
    const runner = bench.addRunner();
    const { runId, epoch, sessionId } = bench.claim(runner);
    applyReports(bench.world, runner, runId, epoch, reports([{ kind: "asked", toolUseId: "toolu_1", items }]));
    const question = open();
    expect(await ask("answer", "2", { question: "2020-01-01T00:00:00.000Z" })).toMatchObject({ isDone: false });
    expect(await ask("answer", "2", { question })).toEqual({
      isDone: true,
      sentence: "Answered: Claude goes on with TASK-1.",
    });
    expect((await ask("answer", "1", { question })).sentence).toContain("ada has answered already");
    expect(bench.claim(runner)).toMatchObject({ resume: true, sessionId, answer: { answers: { "Which?": "Danish" } } });
  });
});
