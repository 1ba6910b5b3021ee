import { expect, test } from "vitest";
import { until } from "#test/world/until.ts";
import { worldHere } from "./opened.ts";
import { finished, frenchGreeting, hasEnded, stateLabelOf } from "./told.ts";

test("an issue labelled by somebody who may write becomes a draft pull request with a green check run", async () => {
  const world = await worldHere({
    policy: "verify:\n  - grep -q bonjour greet.js\n",
    scripts: { default: frenchGreeting },
  });
  const { github, repo } = world;
  const issue = github.as("ada").openIssue(repo, { title: "Greet in French", body: "Say bonjour." });
  github.as("ada").label(repo, issue, "claude");

  const task = await world.taskOf(issue, hasEnded, "the end of the run");
  expect(task).toMatchObject({ status: "in_review", conclusion: null, requestedBy: "ada" });
  await finished(world, issue);

  const [pull, ...others] = github.pulls(repo);
  expect(others).toEqual([]);
  expect(pull).toMatchObject({ draft: true, state: "open", title: "Greet in French" });
  expect(pull?.body).toContain(`Closes #${issue}`);
  const head = pull?.headSha ?? "";
  const [check, ...more] = github.checkRuns(repo, head);
  expect(more).toEqual([]);
  expect(check).toMatchObject({ name: "Claude", status: "completed", conclusion: "success", headSha: head });
  const [comment, ...rest] = github.comments(repo, issue).filter((one) => one.author === github.app.botLogin);
  expect(rest).toEqual([]);
  expect(comment?.body).toContain(`#${pull?.number}`);
  expect(comment?.body).toContain("The greeting is French now.");
  expect(stateLabelOf(world, issue)).toEqual(["claude:in-review"]);
  expect(github.reactions(repo, issue)).toContainEqual({ content: "eyes", by: github.app.botLogin });
  expect(await github.fileAt(repo, head, "greet.js")).toContain("bonjour");

  await github.as("ada").mergePullRequest(repo, pull?.number ?? 0);
  await world.taskOf(issue, (one) => one.conclusion === "success", "the merge");
  await until("the label of a merged task", () => (stateLabelOf(world, issue)[0] === "claude:done" ? true : null));
  expect(github.violations).toEqual([]);
});

test("two issues labelled at once become two pull requests", async () => {
  const world = await worldHere({ scripts: { default: frenchGreeting } });
  const { github, repo } = world;
  const ada = github.as("ada");
  const issues = [1, 2].map((n) => ada.openIssue(repo, { title: `Greet in French ${n}`, body: "Say bonjour." }));
  for (const issue of issues) ada.label(repo, issue, "claude");
  for (const issue of issues) {
    const task = await world.taskOf(issue, hasEnded, "the end of the run");
    expect(task.status).toBe("in_review");
    await finished(world, issue);
  }
  const heads = github.pulls(repo).map((pull) => pull.headRef);
  expect(new Set(heads).size).toBe(2);
  expect(github.violations).toEqual([]);
});

test("the same delivery three times is one task with one run, one comment and one pull request (F15)", async () => {
  const world = await worldHere({ scripts: { default: frenchGreeting } });
  const { github, repo } = world;
  const issue = github.as("ada").openIssue(repo, { title: "Greet in French", body: "Say bonjour." });
  github.as("ada").label(repo, issue, "claude");
  await github.idle();
  const labelled = github.deliveries().find((one) => one.event === "issues" && one.action === "labeled");
  for (let again = 0; again < 2; again += 1) await github.redeliver(labelled?.id ?? 0);

  await world.taskOf(issue, hasEnded, "the end of the run");
  await finished(world, issue);
  const { tasks } = await world.operator("listTasks", {});
  expect(tasks.map((task) => task.runs.length)).toEqual([1]);
  expect(github.pulls(repo)).toHaveLength(1);
  expect(github.comments(repo, issue)).toHaveLength(1);
  expect(github.violations).toEqual([]);
});
