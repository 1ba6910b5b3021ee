import { describe, expect, it } from "vitest";
import type { Task } from "#protocol/task.ts";
import {
  type ActionName,
  actionNames,
  actions,
  endedBadly,
  labelOf,
  runRetryRefusal,
} from "../../dashboard/domain/actions.ts";
import { editorAddress, isLoopback } from "../../dashboard/domain/editor.ts";
import { ciOf } from "../../dashboard/domain/verdicts.ts";
import { aRun, aTask, at } from "./facts.ts";

const pullRequest = { number: 7, url: "https://x.test/7", state: "open", draft: true, headSha: null } as const;
const ended = { runs: [aRun({ status: "completed" })] };
const items = [{ question: "Which?", header: "Which", options: [], multiSelect: false }];
const question = { items, askedAt: at(0), until: at(60), answer: null };
const verdicts = (state: "failed" | "passed") => ({
  headSha: "a".repeat(40),
  checks: [{ id: 1, app: "ci", name: "test", state, url: null }],
  reviews: [],
  mergeable: null,
});
const held = { by: "ada", state: "held" } as const;
const waitingPlan = { status: "waiting", reason: { code: "plan_waits", sentence: "A plan waits." }, ...ended } as const;

/** Everything that can be done to a task as it stands, besides looking at it and editing it. */
const cases: [string, Partial<Task>, ActionName[]][] = [
  ["queued", {}, ["stop", "say"]],
  ["at work", { status: "in_progress", runs: [aRun()] }, ["stop", "say", "take_over"]],
  ["taken over", { status: "in_progress", runs: [aRun({ takeover: held })] }, ["stop", "say", "hand_back"]],
  ["asking", { status: "waiting", runs: [aRun({ status: "waiting", question })] }, ["stop", "say"]],
  ["with a plan that waits", waitingPlan, ["retry", "stop", "approve", "say"]],
  ["never started", { status: "waiting", runs: [] }, ["retry", "stop", "go_on"]],
  [
    "a branch here that waits to be merged",
    { status: "in_review", folder: "/here", issue: null, ...ended },
    ["retry", "stop", "go_on", "remove"],
  ],
  ["failed", { status: "completed", conclusion: "failure", ...ended }, ["retry", "go_on", "remove"]],
  [
    "in review",
    { status: "in_review", pullRequest, ...ended },
    ["retry", "say", "go_on", "fix_checks", "resolve_conflicts"],
  ],
  [
    "in review with checks that passed",
    { status: "in_review", pullRequest, verdicts: verdicts("passed"), ...ended },
    ["retry", "say", "go_on", "resolve_conflicts"],
  ],
  [
    "merged",
    { status: "completed", conclusion: "success", pullRequest: { ...pullRequest, state: "merged" }, ...ended },
    ["remove"],
  ],
];

describe("what can be done to a task", () => {
  const looking = /^(open_|edit)/;

  it.each(cases)("that is %s", (_, of, may) => {
    const task = aTask(of);
    expect(actionNames.filter((name) => !looking.test(name) && actions[name].refusal(task) === null)).toEqual(may);
  });

  it("each refusal is a sentence, and each key stands for one thing", () => {
    const refusals = cases.flatMap(([, of]) => actionNames.map((name) => actions[name].refusal(aTask(of))));
    for (const sentence of refusals) expect(sentence ?? "It is.").toMatch(/^\S.* .*\.$/);
    const keys = actionNames.flatMap((name) => actions[name].key ?? []);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("a run that ended badly is tried again where it stands, unless a later one took its place", () => {
    const failed = aRun({ id: 1, status: "completed", conclusion: "failure" });
    const again = aRun({ id: 2, status: "queued" });
    const over = aTask({ status: "completed", conclusion: "failure", runs: [failed] });
    expect(runRetryRefusal(over, failed)).toBeNull();
    const queued = aTask({ runs: [failed, again] });
    expect(runRetryRefusal(queued, failed)).toBe("A later run took its place.");
    expect([failed, again, aRun({ status: "completed", conclusion: "success" })].map(endedBadly)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("is called as it is meant", () => {
    expect(labelOf("retry", aTask({ status: "waiting", runs: [] }))).toBe("Start");
    expect(labelOf("approve", aTask(waitingPlan))).toBe("Approve plan");
    expect(labelOf("say", aTask({ status: "waiting", runs: [aRun({ status: "waiting", question })] }))).toBe(
      "Answer Claude",
    );
  });
});

describe("the worktree in an editor", () => {
  const place = { host: "tower", folder: "/srv/run ners/TASK-1?x", isHere: true };

  it("opens as a folder of this machine, or of another by SSH, whatever its name holds", () => {
    expect(editorAddress(place, true)).toBe("vscode://file/srv/run%20ners/TASK-1%3Fx");
    expect(editorAddress(place, false)).toBe("vscode://vscode-remote/ssh-remote+tower/srv/run%20ners/TASK-1%3Fx");
  });

  it("is this machine's only when the page comes from it", () => {
    expect(["localhost", "127.0.0.1", "[::1]"].every(isLoopback)).toBe(true);
    expect(["192.168.0.4", "127.0.0.1.evil.test", "cc.example.com"].some(isLoopback)).toBe(false);
  });
});

it.each([
  ["failed", "1 of 1 check failed", "bad"],
  ["passed", "The check passed", "good"],
] as const)("a check that %s says so on the card", (state, sentence, tone) => {
  expect(ciOf(aTask({ pullRequest, verdicts: verdicts(state) }))).toMatchObject({ sentence, tone });
  expect(ciOf(aTask({ verdicts: verdicts(state) }))).toBeNull();
});
