import { expect, it } from "vitest";
import type { Task } from "#protocol/task.ts";
import { actions, primaryAction } from "../../dashboard/domain/actions.ts";
import { columnOf, columnsOf } from "../../dashboard/domain/columns.ts";
import { filterOf, matches } from "../../dashboard/domain/filter.ts";
import { issueIn } from "../../dashboard/domain/issue-address.ts";
import { fitting } from "../../dashboard/domain/palette.ts";
import { priorityAt } from "../../dashboard/domain/queue-place.ts";
import { dropOn } from "../../dashboard/parts/drop.ts";
import { aRun, aTask, at, noon } from "./facts.ts";

const reason = { code: "x", sentence: "Because." };
const pullRequest = {
  number: 7,
  url: "https://github.test/octo/hello/pull/7",
  state: "open",
  draft: true,
  headSha: null,
} as const;
const day = 24 * 60 * 60_000;

const cases: [string, Partial<Task>, string, string | null][] = [
  ["queued", { status: "queued" }, "queued", "stop"],
  ["blocked", { status: "blocked" }, "queued", "stop"],
  ["under way", { status: "in_progress", runs: [aRun()] }, "working", "stop"],
  [
    "being stopped",
    { status: "in_progress", runs: [aRun()], reason: { ...reason, code: "stopping" } },
    "working",
    null,
  ],
  ["waiting for an answer", { status: "waiting", reason, runs: [aRun({ status: "waiting" })] }, "needs_you", "stop"],
  [
    "waiting for something that ends by itself",
    { status: "waiting", reason: { ...reason, until: at(60) }, runs: [aRun({ status: "waiting" })] },
    "queued",
    "stop",
  ],
  [
    "waiting with a plan",
    { status: "waiting", reason: { ...reason, code: "plan_waits" }, runs: [aRun({ status: "completed" })] },
    "needs_you",
    "approve",
  ],
  ["handed over to a person", { status: "in_review", pullRequest, reason }, "needs_you", "open_pull_request"],
  [
    "taken over",
    { status: "in_progress", runs: [aRun({ takeover: { by: "ada", state: "held" } })] },
    "working",
    "hand_back",
  ],
  ["in review", { status: "in_review", pullRequest }, "in_review", "open_pull_request"],
  ["failed", { status: "completed", conclusion: "failure" }, "needs_you", "retry"],
  ["timed out", { status: "completed", conclusion: "timed_out" }, "needs_you", "retry"],
  ["stopped by somebody", { status: "completed", conclusion: "cancelled" }, "done", "retry"],
  ["merged", { status: "completed", conclusion: "success", pullRequest }, "done", "open_pull_request"],
];

it.each(cases)("a task that is %s is found where it belongs, with the one thing to do", (_, of, column, action) => {
  const task = aTask(of);
  expect(columnOf(task, noon)).toBe(column);
  expect(primaryAction(task, noon)).toBe(action);
});

it("a failure that nobody took up for a week needs nobody any more", () => {
  const failed = aTask({ status: "completed", conclusion: "failure" });
  expect(columnOf(failed, noon + 6 * day)).toBe("needs_you");
  expect(columnOf(failed, noon + 8 * day)).toBe("done");
});

it("what has waited longest for somebody comes first, and the newest of what is done", () => {
  const failed = (id: number, minutes: number) =>
    aTask({ id, status: "completed", conclusion: "failure", updatedAt: at(minutes) });
  const done = (id: number, minutes: number) =>
    aTask({ id, status: "completed", conclusion: "success", updatedAt: at(minutes) });
  const board = columnsOf([failed(1, 5), failed(2, 1), done(3, 1), done(4, 5)], noon);
  expect(board.needs_you.map(({ id }) => id)).toEqual([2, 1]);
  expect(board.done.map(({ id }) => id)).toEqual([4, 3]);
});

it("the queue stands in the order of its priorities", () => {
  const queued = [aTask({ id: 1 }), aTask({ id: 2, priority: "low" }), aTask({ id: 3, priority: "high" })];
  expect(columnsOf(queued, noon).queued.map(({ id }) => id)).toEqual([3, 1, 2]);
});

it("an address that is not of the web is never opened (S38)", () => {
  const hostile = aTask({ pullRequest: { ...pullRequest, url: "javascript:alert(1)" } });
  expect(actions.open_pull_request.refusal(hostile)).toContain("not one of the web");
});

it.each([
  ["", true],
  ["greet name", true],
  ["GREET", true],
  ["#5", true],
  ["ada", true],
  ["TASK-12", true],
  ["laptop greet", true],
  ["greet nobody", false],
])("the filter %j finds it or not", (text, isFound) => {
  expect(matches(aTask({ runs: [aRun()] }), filterOf(new URLSearchParams({ q: text })))).toBe(isFound);
});

it.each([
  [{ repository: "octo/other" }, false],
  [{ repository: "octo/hello" }, true],
  [{ person: "ada" }, true],
  [{ person: "bob" }, false],
  [{ runner: "laptop" }, true],
  [{ runner: "laptop-2" }, false],
  [{ label: "bug" }, true],
  [{ label: "bu" }, false],
  [{ person: "ada", label: "gpu" }, false],
])("%j in the address is the board's filter", (query, isFound) => {
  expect(matches(aTask({ labels: ["bug"], runs: [aRun()] }), filterOf(new URLSearchParams(query)))).toBe(isFound);
});

it.each([
  [4, 0, "high"],
  [2, 2, "low"],
  [1, 1, "normal"],
  [2, 0, "high"],
] as const)("TASK-%i dropped at place %i of the queue gets %s priority", (id, place, priority) => {
  const queue = [aTask({ id: 1 }), aTask({ id: 2 }), aTask({ id: 3, priority: "low" }), aTask({ id: 4 })];
  const sorted = columnsOf(queue, noon).queued;
  const task = sorted.find((one) => one.id === id) ?? aTask();
  expect(priorityAt(sorted, task, place)).toBe(priority);
});

it.each([
  ["queued", { status: "completed", conclusion: "failure" }, "retry"],
  ["queued", { status: "queued" }, "move"],
  ["done", { status: "in_progress", runs: [aRun()] }, "stop"],
  ["working", { status: "queued" }, null],
  ["queued", { status: "completed", conclusion: "success" }, null],
] as const)("dropped on %s, a task that is %j means %s", (column, of, meaning) => {
  expect(dropOn(column, aTask(of as Partial<Task>), noon)).toBe(meaning);
});

it("the palette finds by the letters of any word, and what fits best comes first", () => {
  const offers = [
    { key: "1", title: "Mend the login page", hint: "TASK-1 · octo/hello #4" },
    { key: "2", title: "Runners", hint: "page" },
    { key: "3", title: "Unpage the reports", hint: "TASK-3 · octo/other #9" },
  ];
  const found = (text: string) => fitting(offers, text).map(({ key }) => key);
  expect([found(""), found("page"), found("octo mend"), found("#9"), found("nothing")]).toEqual([
    ["1", "2", "3"],
    ["1", "3", "2"],
    ["1"],
    ["3"],
    [],
  ]);
});

it.each([
  ["https://github.com/octo/hello/issues/12", { repository: "octo/hello", issue: 12 }],
  ["https://github.com/octo/hello/issues/12#issuecomment-1", { repository: "octo/hello", issue: 12 }],
  ["octo/hello#12", { repository: "octo/hello", issue: 12 }],
  ["#12", { repository: "only/one", issue: 12 }],
  ["12", { repository: "only/one", issue: 12 }],
  ["octo/hello", null],
  ["#0", null],
  ["../../etc#1", null],
])("%j names an issue or not", (text, issue) => {
  expect(issueIn(text, "only/one")).toEqual(issue);
});
