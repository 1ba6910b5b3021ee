import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { answerTask } from "#operations/answer-question.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { tendQuestions } from "#operations/ask-question.ts";
import { claimRun } from "#operations/claim-run.ts";
import type { RunnerFacts } from "#operations/ports/runners.ts";
import { renewLeases } from "#operations/renew-leases.ts";
import { sayToTask } from "#operations/say-to-task.ts";
import { wordsWanted } from "#operations/say-words.ts";
import { showTask } from "#operations/show-tasks.ts";
import type { ReportBody } from "#protocol/report.ts";
import type { RunOffer } from "#protocol/run.ts";
import { type Bench, hour, minute, openBench, pushed, reports, succeeded } from "./bench.ts";
import { labelled, quietGitHub } from "./quiet-github.ts";

let bench: Bench;
let laptop: RunnerFacts;
let box: RunnerFacts;
beforeEach(async () => {
  bench = openBench(quietGitHub().github);
  acceptDelivery(bench.world, labelled(1, bench.world.clock()));
  await bench.workDeliveries();
  laptop = bench.addRunner();
  box = bench.addRunner();
});
afterEach(() => bench.close());

const items = [
  {
    question: "Which?",
    header: "",
    multiSelect: false,
    options: [
      { label: "French", description: "" },
      { label: "Danish", description: "" },
    ],
  },
];
const asked: ReportBody = { kind: "asked", toolUseId: "toolu_1", items };
const taskNow = () => showTask(bench.world, "TASK-1");
const refusedAs = (code: string) =>
  expect.objectContaining({ problem: expect.objectContaining({ status: 409, code }) });

/** Claude works on the laptop and asks. */
function ask(): RunOffer {
  const offer = bench.claim(laptop);
  expect(tell(offer, [asked])).toBe(1);
  return offer;
}

function tell({ runId, epoch }: RunOffer, bodies: readonly ReportBody[], from = 1): number {
  return applyReports(bench.world, laptop, runId, epoch, reports(bodies, from));
}

describe("a question", () => {
  test("frees the slot and waits under nobody's lease; its report told again is acknowledged again", () => {
    const offer = ask();
    expect(taskNow()).toMatchObject({
      status: "waiting",
      reason: { code: "question", sentence: "Claude asks: Which?" },
    });
    expect(bench.store.runs.held()).toEqual([]);
    expect(tell(offer, [asked])).toBe(1);
    const beat = { held: [offer], freeSlots: 1, freeMemoryBytes: 1, freeDiskBytes: 1, draining: false };
    expect(renewLeases(bench.world, laptop, beat).leases).toMatchObject([{ held: false }]);
    expect(taskNow().status).toBe("waiting");
    expect(bench.store.notices.unwritten()).toHaveLength(1);
  });

  test("is answered once: the second is told that it was too late, and the runner with the session goes on", () => {
    const offer = ask();
    answerTask(bench.world, "TASK-1", { by: "ada", words: "2" });
    expect(() => answerTask(bench.world, "TASK-1", { by: "bob", words: "1" })).toThrow(refusedAs("answered_already"));
    expect(claimRun(bench.world, box, 2)).toBeNull();
    const again = bench.claim(laptop);
    expect(again).toMatchObject({ runId: offer.runId, epoch: 2, resume: true, sessionId: offer.sessionId });
    expect(again.answer).toEqual({ toolUseId: "toolu_1", items, answers: { "Which?": "Danish" } });
    expect(tell(again, [succeeded])).toBe(1);
    expect(taskNow().status).toBe("in_review");
  });

  test("goes to another runner with the words of both when the first stays away", () => {
    const offer = ask();
    answerTask(bench.world, "TASK-1", { by: "ada", words: "Dutch" });
    bench.pass(11 * minute);
    const elsewhere = bench.claim(box);
    expect(elsewhere).toMatchObject({ runId: offer.runId, resume: false, answer: { answers: { "Which?": "Dutch" } } });
    expect(elsewhere.sessionId).not.toBe(offer.sessionId);
  });

  test("that nobody answers is brought to mind once, then handed over; an answer still goes to the session", () => {
    const offer = ask();
    bench.pass(13 * hour);
    tendQuestions(bench.world);
    tendQuestions(bench.world);
    expect(bench.store.notices.unwritten()).toHaveLength(2);
    bench.pass(12 * hour);
    tendQuestions(bench.world);
    expect(taskNow()).toMatchObject({ status: "completed", reason: { code: "question_unanswered" } });
    answerTask(bench.world, "TASK-1", { by: "ada", words: "1" });
    expect(bench.claim(laptop)).toMatchObject({
      sessionId: offer.sessionId,
      resume: true,
      answer: { answers: { "Which?": "French" } },
    });
  });

  test("nobody's, empty or endless answers are refused, and change nothing", () => {
    expect(() => answerTask(bench.world, "TASK-1", { by: "ada", words: "1" })).toThrow(refusedAs("nothing_asked"));
    ask();
    expect(() => answerTask(bench.world, "TASK-1", { by: "ada", words: " \n" })).toThrow(refusedAs("nothing_said"));
    const endless = "x".repeat(60_000);
    expect(() => answerTask(bench.world, "TASK-1", { by: "ada", words: endless })).toThrow(
      refusedAs("answer_too_long"),
    );
    expect(taskNow().status).toBe("waiting");
  });
});

describe("words for a session at work", () => {
  const wanted = ({ runId, epoch }: RunOffer, heard: number[] = []) =>
    wordsWanted(bench.world, laptop, [{ runId, epoch }], heard);

  test("are told until they were delivered, and then never again", () => {
    const offer = bench.claim(laptop);
    sayToTask(bench.world, "TASK-1", { by: "ada", text: "Be brief." });
    const [told] = wanted(offer);
    expect(told?.text).toBe("ada says, while you work on this:\n\nBe brief.");
    expect(wanted(offer, [told?.message ?? 0])).toEqual([]);
    expect(wanted(offer)).toHaveLength(1);
    expect(showTask(bench.world, "TASK-1").unheard).toMatchObject([{ by: "ada", text: "Be brief." }]);
    tell(offer, [{ kind: "delivered", message: told?.message ?? 0 }]);
    expect(wanted(offer)).toEqual([]);
    expect(showTask(bench.world, "TASK-1").unheard).toBeUndefined();
    expect(wordsWanted(bench.world, box, [offer], [])).toEqual([]);
  });

  test("that came too late for a run that ended well go on in the same session", () => {
    const offer = bench.claim(laptop);
    sayToTask(bench.world, "TASK-1", { by: "ada", text: "And in Dutch." });
    tell(offer, [pushed("a".repeat(40), offer.branch), succeeded]);
    const next = bench.claim(laptop);
    expect(next).toMatchObject({ purpose: "continue", resume: true, sessionId: offer.sessionId });
    expect(wanted(next)).toHaveLength(1);
  });

  test("that a failed run never heard are in the next request; nobody at work is said so", () => {
    const offer = bench.claim(laptop);
    sayToTask(bench.world, "TASK-1", { by: "ada", text: "And in Dutch." });
    tell(offer, [{ kind: "completed", conclusion: "failure", summary: "" }]);
    expect(bench.store.tasks.get(1)?.snapshot.comments).toMatchObject([{ author: "ada", body: "And in Dutch." }]);
    expect(() => sayToTask(bench.world, "TASK-1", { by: "ada", text: "Hello?" })).toThrow(refusedAs("not_running"));
  });
});
