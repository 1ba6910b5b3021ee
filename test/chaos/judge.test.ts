import { expect, test } from "vitest";
import { judge, type Seen } from "./judge.ts";
import type { SeenIssue } from "./seen.ts";

const tip = "b".repeat(40);
const start = "a".repeat(40);
const sound: SeenIssue = {
  ordinal: 3,
  kind: "plain",
  repo: "ada/pages",
  number: 7,
  faults: ["kill-server"],
  stateLabels: ["claude:in-review"],
  comments: [{ marker: "cc-orchestrator:task=3", word: "Done" }],
  pulls: [{ number: 8, state: "open", headRef: "claude/7-write-page-3", headSha: tip }],
  checks: [
    { name: "Claude", headSha: start, status: "completed", conclusion: "neutral" },
    { name: "Claude", headSha: tip, status: "completed", conclusion: "success" },
  ],
  branches: [
    {
      name: "claude/7-write-page-3",
      tip,
      forced: [],
      commits: [
        { sha: start, subject: "Start TASK-3: Write page 3", author: "Claude", session: null },
        { sha: tip, subject: "Write page 3", author: "Claude", session: "one" },
      ],
      page: "Page 3 is whole.\n",
    },
  ],
  tasks: 1,
  log: [4, 6, 9],
  heard: [4, 6],
};
const [branch] = sound.branches;
if (branch === undefined) throw new Error("no branch");
const commit = (session: string) => ({ sha: session, subject: "Write page 3", author: "Claude", session });

function judged(issue: Partial<SeenIssue>, more: Partial<Seen> = {}): string {
  const nothing = { processes: [], terminals: [], worktrees: [], unfinished: [] };
  const all = { violations: [], leftovers: nothing, crashes: [], alarms: [], doubled: [], ...more };
  return judge({ issues: [{ ...sound, ...issue }], ...all }).join("\n");
}

test("a sound world is found sound", () => {
  expect(judged({})).toBe("");
  const failed = { stateLabels: ["claude:failed"], comments: [{ marker: "m", word: "Failed" }] };
  const red = { ...sound.checks[1], name: "Claude", headSha: tip, status: "completed", conclusion: "failure" };
  expect(judged({ ...failed, checks: [red], faults: ["worktree-gone"] })).toBe("");
});

test.each<[string, Partial<SeenIssue>, string]>([
  ["a doubled comment", { comments: [...sound.comments, ...sound.comments] }, "2 comments"],
  ["no comment", { comments: [] }, "0 comments"],
  ["a comment without a marker", { comments: [{ marker: null, word: "Done" }] }, "no marker"],
  ["a second task", { tasks: 2 }, "2 tasks"],
  ["a lost task", { tasks: 0 }, "0 tasks"],
  ["a task that goes on for ever", { comments: [{ marker: "m", word: "Working" }] }, "no end for it"],
  ["two state labels", { stateLabels: ["claude:in-review", "claude:queued"] }, "no end for it"],
  [
    "a failure without a cause",
    { stateLabels: ["claude:failed"], comments: [{ marker: "m", word: "Failed" }] },
    "no end",
  ],
  ["a second pull request", { pulls: [...sound.pulls, ...sound.pulls] }, "2 pull requests"],
  ["no pull request", { pulls: [] }, "no pull request"],
  ["a second branch", { branches: [branch, { ...branch, name: "claude/7-write-page-3-2" }] }, "2 branches"],
  ["a missing check run", { checks: sound.checks.slice(0, 1) }, "no check run on the head"],
  ["a doubled check run", { checks: [...sound.checks, ...sound.checks] }, "2 check runs"],
  [
    "a check run that stays open",
    { checks: sound.checks.map((check) => ({ ...check, status: "in_progress" })) },
    "in_progress for ever",
  ],
  [
    "a check run that lies",
    { checks: sound.checks.map((check) => ({ ...check, conclusion: "failure" })) },
    "says failure, and it is success",
  ],
  ["work that is not there", { branches: [{ ...branch, page: null }] }, "is not whole"],
  ["a push by force", { branches: [{ ...branch, forced: ["a to b"] }] }, "by force"],
  ["a stale lease's commit", { branches: [{ ...branch, commits: ["x", "y", "x"].map(commit) }] }, "had been left"],
  ["a doubled report", { log: [4, 6, 6, 9] }, "more than once"],
  ["a misplaced report", { log: [6, 4, 9] }, "too late"],
  ["a lost report", { log: [4, 9] }, "are missing"],
])("%s is found", (_, issue, sentence) => {
  expect(judged(issue)).toContain(sentence);
});

test.each<[string, Partial<Seen>, string]>([
  ["a violation of GitHub's contract", { violations: ["request POST /x"] }, "API description"],
  ["a crash", { crashes: ["control plane ended by itself with 1"] }, "ended by itself"],
  ["an unhandled rejection", { alarms: ["unhandled"] }, "printed"],
  ["two live Claudes", { doubled: ["TASK-3"] }, "two live Claudes"],
  ...(["processes", "terminals", "worktrees", "unfinished"] as const).map((what): [string, Partial<Seen>, string] => [
    `left ${what}`,
    { leftovers: { processes: [], terminals: [], worktrees: [], unfinished: [], [what]: ["this one"] } },
    "this one",
  ]),
])("%s is found", (_, more, sentence) => {
  expect(judged({}, more)).toContain(sentence);
});
