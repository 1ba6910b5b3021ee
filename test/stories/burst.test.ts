import { expect, test } from "vitest";
import { worldHere } from "./opened.ts";
import { finished, frenchGreeting, hasEnded } from "./told.ts";

test("ten issues of one repository labelled at once, ten slots: ten pull requests, no lock in the way (F40)", async () => {
  const opened = await worldHere({ slots: 10, scripts: { default: frenchGreeting } });
  const { github, repo } = opened;
  const ada = github.as("ada");
  const issues = Array.from({ length: 10 }, (_, n) =>
    ada.openIssue(repo, { title: `Greet in French ${n}`, body: "Bonjour." }),
  );
  for (const issue of issues) ada.label(repo, issue, "claude");
  const tasks = await Promise.all(issues.map((issue) => opened.taskOf(issue, hasEnded, `issue ${issue}`, 150_000)));
  for (const issue of issues) await finished(opened, issue);
  expect(tasks.map((task) => [task.status, task.runs.length, task.reason])).toEqual(
    issues.map(() => ["in_review", 1, null]),
  );
  expect(new Set(github.pulls(repo).map((pull) => pull.headRef)).size).toBe(10);
  for (const issue of issues) expect(github.comments(repo, issue)).toHaveLength(1);
  expect(github.violations).toEqual([]);
}, 180_000);
