import { existsSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { expect, test } from "vitest";
import { openClient } from "#protocol/client.ts";
import { sweepAbandoned } from "#runner/sweep-abandoned.ts";
import type { Script } from "#test/model/script.ts";

import { until } from "#test/world/until.ts";
import { benchHere, worldHere } from "./opened.ts";
import { finished, hasEnded } from "./told.ts";

const ask = (question: string, ...labels: string[]) => ({
  question,
  header: "Greeting",
  multiSelect: false,
  options: labels.map((label) => ({ label, description: "" })),
});
const asks = (...questions: ReturnType<typeof ask>[]) => ({ name: "AskUserQuestion", input: { questions } });
const wish = { title: "Greet in another language", body: "Not in English." };

test("two questions at once are answered line by line, and one that comes after them by itself, in one session", async () => {
  const script: Script = [
    {
      text: "Two things.",
      tools: [asks(ask("Which language?", "French", "Danish"), ask("How loud?", "Soft", "Loud"))],
    },
    { text: "One more.", tools: [asks(ask("Since when?", "Now", "Always"))] },
    ({ results }) => {
      const said = JSON.stringify(results);
      const all = ["Danish", "as loud as can be", "Always"].every((one) => said.includes(one));
      const command = `sed -i s/hello/${all ? "HEJ" : "wrong"}/ greet.js`;
      return { text: "Now I know.", tools: [{ name: "Bash", input: { command } }] };
    },
    { text: "It greets loudly now." },
  ];
  const opened = await worldHere({ scripts: { default: script } });
  const { github, repo } = opened;
  const issue = github.as("ada").openIssue(repo, wish);
  github.as("ada").label(repo, issue, "claude");
  const first = await opened.taskOf(issue, ({ status }) => status === "waiting", "the questions");
  expect(first.runs[0]?.question?.items).toHaveLength(2);
  const notice = await until(
    "both questions in a comment",
    () => github.comments(repo, issue).find(({ body }) => body.includes("@ada: Claude asks")) ?? null,
  );
  expect(notice.body).toContain("**Question 1:** Which language?\n\n1. **French**\n2. **Danish**");
  expect(notice.body).toContain("**Question 2:** How loud?\n\n1. **Soft**\n2. **Loud**");
  github.as("ada").comment(repo, issue, "1: 2\n2: as loud as can be");
  const isNext = (text: string) => text.includes("Since when?");
  const second = await opened.taskOf(issue, ({ reason }) => isNext(reason?.sentence ?? ""), "the next question");
  expect(second).toMatchObject({ status: "waiting", runs: [{ question: { answer: null } }] });
  github.as("ada").comment(repo, issue, "/claude answer Always");
  const task = await opened.taskOf(issue, hasEnded, "the end of the run");
  expect(task).toMatchObject({ status: "in_review", runs: [{ conclusion: "success" }] });
  expect(task.runs).toHaveLength(1);
  await finished(opened, issue);
  expect(await github.fileAt(repo, github.pulls(repo)[0]?.headSha ?? "", "greet.js")).toContain("HEJ");
  expect(github.comments(repo, issue).filter(({ body }) => body.includes("Claude asks, and waits"))).toHaveLength(2);
  expect(github.violations).toEqual([]);
}, 90_000);

test("a task that is stopped while it waits leaves no worktree: what was in it is saved, others' stay", async () => {
  const script: Script = [
    { text: "I begin.", tools: [{ name: "Bash", input: { command: "echo begun > begun.txt" } }] },
    { text: "I ask.", tools: [asks(ask("Which language?", "French", "Danish"))] },
  ];
  const opened = await worldHere({ runner: false, scripts: { default: script } });
  const at = await benchHere(opened);
  at.start();
  const { github, repo } = opened;
  const [stopped, kept] = [github.as("ada").openIssue(repo, wish), github.as("ada").openIssue(repo, wish)];
  for (const issue of [stopped, kept]) github.as("ada").label(repo, issue, "claude");
  const tasks = [];
  for (const issue of [stopped, kept]) {
    tasks.push(await opened.taskOf(issue, ({ status }) => status === "waiting", "the question"));
  }
  const trees = tasks.map(({ name }) => join(at.home, "tasks", `acme+website-${name}`, "work", "tree"));
  await until("the runner to let go", async () =>
    (await opened.operator("listRunners", {})).runners.every(({ busy }) => busy === 0) ? true : null,
  );
  expect(trees.map((tree) => existsSync(join(tree, "begun.txt")))).toEqual([true, true]);
  github.as("ada").comment(repo, stopped, "/claude stop");
  await opened.taskOf(stopped, ({ conclusion }) => conclusion === "cancelled", "the stop");
  const client = openClient(at.config.server, at.config.credential);
  await sweepAbandoned({ home: at.home, client, isInUse: () => false, log: pino({ level: "silent" }) });
  expect(trees.map((tree) => existsSync(tree))).toEqual([false, true]);
  github.as("ada").comment(repo, kept, "1");
  await opened.taskOf(kept, ({ status }) => status !== "waiting", "the answer's effect");
  expect(github.violations).toEqual([]);
}, 90_000);
