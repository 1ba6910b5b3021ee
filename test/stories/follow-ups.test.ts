import { expect, test } from "vitest";
import type { Task } from "#protocol/task.ts";
import type { Script } from "#test/model/script.ts";
import { until } from "#test/world/until.ts";
import { worldHere } from "./opened.ts";
import { finished, frenchGreeting, hasEnded } from "./told.ts";

const wish = { title: "Greet in French", body: "Say bonjour." };
const wasFollowedUp = (purpose: string) => (task: Task) => {
  const last = task.runs.at(-1);
  return last?.purpose === purpose && last.status === "completed";
};
const edit = (command: string, text: string): Script => [
  { text: "I look at it.", tools: [{ name: "Bash", input: { command } }] },
  { text },
];

test.each(["merge", "rebase"] as const)(
  "a base that moves on and conflicts: the runner begins the %s, Claude resolves it in its session",
  async (how) => {
    const resolve = "grep -c '^<<<<<<< ' greet.js; echo \"export const greet = () => 'bonjour!';\" > greet.js";
    const script = [...frenchGreeting, ...edit(resolve, "Both are in now.")];
    const opened = await worldHere({ scripts: { default: script }, policy: `follow_up:\n  conflicts: ${how}\n` });
    const { github, repo } = opened;
    const issue = github.as("ada").openIssue(repo, { ...wish, body: "Say bonjour." });
    github.as("ada").label(repo, issue, "claude");
    const first = await opened.taskOf(issue, hasEnded, "the first run");
    await finished(opened, issue);
    const before = await github.branchSha(repo, first.branch ?? "");
    await github
      .as("ada")
      .push(repo, { message: "Exclaim", files: { "greet.js": "export const greet = () => 'hello!';\n" } });

    const task = await opened.taskOf(issue, wasFollowedUp("resolve_conflicts"), "the conflict's end", 30_000);
    expect(task).toMatchObject({ status: "in_review", reason: null });
    expect(task.runs.map(({ sessionId }) => sessionId)).toEqual([first.runs[0]?.sessionId, first.runs[0]?.sessionId]);
    const branch = task.branch ?? "";
    expect(await github.fileAt(repo, branch, "greet.js")).toBe("export const greet = () => 'bonjour!';\n");
    const commits = await github.commitsBetween(repo, "main", branch);
    const subjects = commits.map(({ message }) => message.split("\n")[0]);
    if (how === "merge") expect(subjects.at(-1)).toBe(`Merge main into ${branch}`);
    else expect(subjects).toEqual(["Greet in French"]);
    expect(commits.some(({ sha }) => sha === before)).toBe(how === "merge");
    await until("a pull request that can be merged", () =>
      github.pulls(repo)[0]?.headSha === task.pullRequest?.headSha ? true : null,
    );
    await github.as("ada").mergePullRequest(repo, task.pullRequest?.number ?? 0);
    await opened.taskOf(issue, ({ conclusion }) => conclusion === "success", "the merge");
    expect(github.violations).toEqual([]);
  },
);

test("conflict markers that Claude leaves behind go back to it, and are never pushed", async () => {
  const resolve = "echo \"export const greet = () => 'bonjour!';\" > greet.js";
  const script = [...frenchGreeting, ...edit("true", "Done."), ...edit(resolve, "Now both are in.")];
  const opened = await worldHere({ scripts: { default: script } });
  const { github, repo, model } = opened;
  const issue = github.as("ada").openIssue(repo, wish);
  github.as("ada").label(repo, issue, "claude");
  await opened.taskOf(issue, hasEnded, "the first run");
  await finished(opened, issue);
  await github
    .as("ada")
    .push(repo, { message: "Exclaim", files: { "greet.js": "export const greet = () => 'hello!';\n" } });
  const task = await opened.taskOf(issue, wasFollowedUp("resolve_conflicts"), "the conflict's end", 60_000);
  expect(task).toMatchObject({ status: "in_review", reason: null });
  const asked = JSON.stringify(model.requests.at(-1)).includes("are left in these files, and nothing is pushed before");
  expect(asked, "the paths in conflict in the repair's prompt").toBe(true);
  const branch = task.branch ?? "";
  for (const { sha } of await github.commitsBetween(repo, "main", branch)) {
    expect(await github.fileAt(repo, sha, "greet.js")).not.toContain("<<<<<<<");
  }
  expect(await github.fileAt(repo, branch, "greet.js")).toBe("export const greet = () => 'bonjour!';\n");
  expect(github.violations).toEqual([]);
});
