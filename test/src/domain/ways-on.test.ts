import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RunFacts } from "#domain/run.ts";
import { pictureOf } from "#domain/surfaces/picture.ts";
import { type TaskFacts, taskStateOf } from "#domain/task.ts";
import { type Way, waysOn, withWays } from "#domain/ways-on.ts";
import { gatesOf } from "#domain/why.ts";
import type { Reason } from "#protocol/words.ts";
import { aRun, aSha, aTask, minute, noon } from "#test/builders.ts";

const why = (code: string): Reason => ({ code, sentence: "It stopped.", advice: "Look at it." });
const over: Partial<RunFacts> = {
  status: "completed",
  conclusion: "failure",
  startedAt: noon,
  completedAt: noon + minute,
  headSha: aSha("4f2c9d1"),
  commits: [{ sha: aSha("4f2c9d1"), subject: "Greet", files: 1 }],
  summary: "1. Greet.",
};
const handOver = { afterRun: 31, headSha: aSha("4f2c9d1"), reason: why("checks_failing") };
const reopened = { number: 34, url: "", state: "closed", draft: false, headSha: null, closedBy: "bob" } as const;

/** What ends how, and the ways on from there. */
const ends: [string, Partial<RunFacts>, Partial<TaskFacts>, Way[]][] = [
  ["well", { conclusion: "success" }, {}, []],
  ["with a failure of its own", { reason: why("agent_failed") }, {}, ["retry", "continue"]],
  ["before it began", { reason: why("not_needed"), startedAt: null }, {}, ["retry"]],
  ["in the set-up", { reason: why("setup_failed") }, {}, ["retry"]],
  ["without a change", { reason: why("no_changes") }, {}, ["say", "retry"]],
  ["at a limit", { reason: why("wrapped_up") }, {}, ["continue", "retry"]],
  ["out of time", { conclusion: "timed_out", reason: why("time_limit") }, {}, ["continue", "retry"]],
  ["without an answer", { reason: why("question_unanswered") }, {}, ["answer", "continue", "retry"]],
  ["lost", { conclusion: "lost", reason: why("runner_lost") }, {}, ["retry", "continue"]],
  ["with checks that go on failing", { conclusion: "success" }, { handOver }, ["fix-ci", "continue", "retry"]],
  ["with a plan", { conclusion: "success", purpose: "plan" }, {}, ["approve", "say"]],
  [
    "because somebody stopped it",
    { conclusion: "cancelled", reason: why("cancelled") },
    { cancelled: { by: "bob", how: "`/claude stop`" } },
    ["continue", "retry", "run"],
  ],
];

describe("a run that ended", () => {
  test.each(ends)("%s leaves these ways on: comment, check run, why and buttons name them", (_, run, task, ways) => {
    const facts = aTask(task);
    const runs = [aRun({ ...over, ...run })];
    const state = taskStateOf(facts, runs, null);
    const operator = { dashboardUrl: null, markerKey: "a key that only the operator has" };
    const { comment, checkRun } = pictureOf({ task: facts, runs, state, now: noon, operator });
    const identifiers = checkRun?.actions.map(({ identifier }) => identifier) ?? [];
    expect(identifiers).toEqual(ways.filter((way) => !["say", "answer", "run"].includes(way)));
    // GitHub takes three.
    expect(identifiers.length).toBeLessThanOrEqual(3);
    const gates = gatesOf({
      issue: null,
      policy: facts.policy,
      problem: null,
      repository: null,
      publicRepositories: [],
      task: facts,
      runs,
      state,
      queueReason: null,
      holds: [],
      runner: null,
    });
    const told = gates.map(({ advice }) => advice ?? "").join(" ");
    for (const way of ways) {
      expect(comment).toContain(`\`/claude ${way}`);
      expect(told).toContain(`\`/claude ${way}`);
      const button = checkRun?.actions.find(({ identifier }) => identifier === way);
      expect(checkRun?.summary).toContain(button === undefined ? `\`/claude ${way}` : `**${button.label}**`);
    }
  });
});

test("a closed pull request is begun anew on the issue, and has no buttons; a task without an issue has no way there", () => {
  const runs = [aRun({ ...over, conclusion: "success" })];
  const state = taskStateOf(aTask({ pullRequest: reopened }), runs, null);
  expect(state.reason?.advice).toContain("`/claude run` on the issue");
  expect(withWays(why("cancelled"), ["retry", "run"], false).advice).toBe(
    "Look at it. `/claude retry` tries again with a fresh session.",
  );
  expect(waysOn(aRun({ conclusion: "cancelled" }))).toEqual(["retry", "run"]);
});

test("nothing that we say tells people to take a label off and put it back", () => {
  const folders = ["src", "runner", "dashboard"];
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  const sources = files.filter((name) => /\.tsx?$/.test(name));
  expect(sources.length).toBeGreaterThan(400);
  const inCode = (text: string) => text.replace(/^\s*(\/?\*|\/\/).*$/gm, "");
  const found = sources.filter((name) =>
    /\blabel\b[^\n"]*\bput[^\n"]* back\b|\bput[^\n"]*\blabel\b[^\n"]* back\b/i.test(inCode(readFileSync(name, "utf8"))),
  );
  expect(found).toEqual([]);
});
