import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openBench, withGitToken } from "./bench.ts";

const at = { owner: "ada", repo: "engine" };

test("a labelled issue becomes a merged pull request, with unchanged Octokit and git, and no contract violation", async () => {
  await using bench = await openBench();
  const { github, octokit, repo } = bench;
  const number = github.as("grace").openIssue(repo.fullName, { title: "Answer is wrong", body: "It should be 42" });
  github.as("tim").label(repo.fullName, number, "claude");
  await github.idle();
  expect(bench.events()).toEqual(["issues.opened", "issues.labeled"]);

  await octokit.rest.reactions.createForIssue({ ...at, issue_number: number, content: "eyes" });
  const { data: comment } = await octokit.rest.issues.createComment({ ...at, issue_number: number, body: "Queued" });
  await octokit.rest.issues.updateComment({ ...at, comment_id: comment.id, body: "Working" });
  await octokit.rest.issues.addLabels({ ...at, issue_number: number, labels: ["claude:in-progress"] });
  await octokit.rest.issues.removeLabel({ ...at, issue_number: number, name: "claude" });

  const token = await bench.mint({ repositories: ["engine"], permissions: { contents: "write" } });
  const work = join(bench.folder, "work");
  await mkdir(work);
  await bench.git(work, ...withGitToken(token), "clone", "--quiet", repo.cloneUrl, ".");
  await writeFile(join(work, "src/main.ts"), "export const answer = 42;\n");
  await bench.git(work, "commit", "--quiet", "-am", "Answer with 42");
  await bench.git(work, ...withGitToken(token), "push", "--quiet", "origin", "HEAD:refs/heads/claude/1-answer");

  const { data: pull } = await octokit.rest.pulls.create({
    ...at,
    title: "Answer with 42",
    body: `Closes #${number}`,
    head: "claude/1-answer",
    base: "main",
    draft: true,
  });
  expect(pull).toMatchObject({ draft: true, commits: 1, additions: 1, deletions: 1, mergeable: true });
  const { data: run } = await octokit.rest.checks.create({
    ...at,
    name: "Claude",
    head_sha: pull.head.sha,
    status: "in_progress",
    output: { title: "Working", summary: "…" },
  });
  await octokit.rest.checks.update({
    ...at,
    check_run_id: run.id,
    conclusion: "success",
    output: { title: "Done", summary: "All well" },
  });
  await github.as("ada").mergePullRequest(repo.fullName, pull.number);
  await github.idle();

  expect(github.issue(repo.fullName, number)).toMatchObject({ state: "closed", labels: ["claude:in-progress"] });
  expect(github.pulls(repo.fullName)).toMatchObject([{ merged: true, draft: false, headRef: "claude/1-answer" }]);
  expect(github.checkRuns(repo.fullName)).toMatchObject([{ name: "Claude", conclusion: "success" }]);
  expect(await github.fileAt(repo.fullName, "main", "src/main.ts")).toContain("42");
  expect(bench.events().slice(2)).toEqual([
    "issue_comment.created",
    "issue_comment.edited",
    "label.created",
    "issues.labeled",
    "issues.unlabeled",
    "create",
    "push",
    "check_suite.requested",
    "pull_request.opened",
    "check_run.created",
    "check_run.completed",
    "check_suite.completed",
    "pull_request.ready_for_review",
    "pull_request.closed",
    "push",
    "check_suite.requested",
    "issues.closed",
  ]);
  expect(github.violations).toEqual([]);
});
