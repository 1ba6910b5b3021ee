import { expect, test } from "vitest";
import type { Script } from "#test/model/script.ts";
import { until } from "#test/world/until.ts";
import { worldHere } from "./opened.ts";
import { finished, hasEnded } from "./told.ts";

/** Tries to write while it plans, and carries the plan out when it is approved. */
const planning: Script = [
  { text: "I look.", tools: [{ name: "Bash", input: { command: "cat greet.js" } }] },
  { text: "I try.", tools: [{ name: "Bash", input: { command: "sed -i s/hello/early/ greet.js" } }] },
  { text: "1. Replace `hello` in `greet.js`.\n2. Ask @everyone. Closes #1." },
  { text: "Now I do it.", tools: [{ name: "Bash", input: { command: "sed -i s/hello/bonjour/ greet.js" } }] },
  { text: "It greets in French now." },
];

test("a plan is posted, approved and carried out by the session that wrote it; nothing is written before (F11)", async () => {
  const opened = await worldHere({ scripts: { default: planning }, slots: 1 });
  const { github, repo, model, operator } = opened;
  const issue = github.as("ada").openIssue(repo, { title: "Greet in another language", body: "Not in English." });
  github.as("ada").label(repo, issue, "claude:plan");
  const waiting = await opened.taskOf(issue, (one) => one.reason?.code === "plan_waits", "the plan");
  expect(waiting).toMatchObject({ status: "waiting", runs: [{ purpose: "plan", conclusion: "success" }] });
  expect((await operator("listRunners", {})).runners).toMatchObject([{ busy: 0 }]);
  const shown = await until(
    "the plan in the comment",
    () => github.comments(repo, issue).find(({ body }) => body.includes("Replace `hello`")) ?? null,
  );
  expect(shown.body).toContain("A plan waits for approval.");
  expect(shown.body).toContain("/claude approve");
  expect(shown.body).toContain("Ask `@everyone`. Closes `#1`.");
  expect(github.pulls(repo)).toEqual([]);
  expect(github.checkRuns(repo)).toEqual([]);

  github.as("ada").comment(repo, issue, "/claude approve");
  const task = await opened.taskOf(issue, (one) => one.runs.length === 2 && hasEnded(one), "the end of the work");
  expect(task).toMatchObject({ status: "in_review", runs: [{}, { purpose: "implement", conclusion: "success" }] });
  expect(task.runs[1]?.sessionId).toBe(task.runs[0]?.sessionId);
  await finished(opened, issue);
  const text = await github.fileAt(repo, github.pulls(repo)[0]?.headSha ?? "", "greet.js");
  expect(text).toContain("bonjour");
  expect(text).not.toContain("early");
  // The session remembers its plan.
  expect(JSON.stringify(model.requests.at(-1)?.body).split("I look.")).toHaveLength(2);
  expect(github.violations).toEqual([]);
}, 60_000);
