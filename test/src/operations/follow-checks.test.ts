import { describe, expect, test } from "vitest";
import { succeeded } from "./bench.ts";
import { following } from "./followed.ts";
import { inShop } from "./shop.ts";

const on = inShop();
const { repo, ada } = on;
const followed = following(on);
const { head, purposes } = followed;

const report = (check: Parameters<typeof on.app.standIn.reportCheck>[2]) =>
  on.app.standIn.reportCheck(repo(), head(), check);

const failedTests = {
  steps: [
    { name: "Set up job", conclusion: "success", lines: ["not ok 9 - no test of ours"] },
    {
      name: "Run npm test",
      conclusion: "failure",
      lines: [
        "##[group]Run npm test",
        "\u001b[36;1mnpm test\u001b[0m",
        "##[endgroup]",
        ...Array.from({ length: 220 }, (_, n) => `ok ${n + 1} - fine`),
        "\u001b[31m✗ greets in French\u001b[39m",
        "not ok 221 - says bonjour",
        "token ghp_0123456789abcdefghijABCDEFGHIJ0123456789 was used",
        "##[error]Process completed with exit code 1.",
      ],
    },
    { name: "Post Run actions/checkout", conclusion: "success", lines: ["Cleaning up orphan processes"] },
  ],
};

describe("a check that fails on the pull request", () => {
  test("leads to one run in the same session, with the failing step's log and the names of the failed tests", async () => {
    const first = await followed.work({ "greet.js": "bonjour" });
    on.app.newCalls();
    await report({ name: "lint", status: "in_progress" });
    await report({ name: "test", conclusion: "failure", job: failedTests });
    await followed.settle();
    expect(purposes()).toEqual(["implement completed"]);
    const annotations = [{ path: "greet.js", line: 1, message: "Unexpected var" }];
    await report({ name: "lint", conclusion: "failure", title: "1 problem", annotations });
    await followed.settle();
    expect(purposes()).toEqual(["implement completed", "fix_checks queued"]);

    const { prompt, sessionId, resume, branch, headSha } = on.bench.claim(followed.runner);
    expect({ sessionId, resume, branch }).toEqual({ sessionId: first.sessionId, resume: true, branch: first.branch });
    expect(headSha).toBe(head());
    const shown = prompt
      .slice(prompt.indexOf("## What is to be done now"))
      .replace(/=====(\S+?)-[A-Za-z0-9]+=====/g, "=====$1=====")
      .replaceAll(head().slice(0, 12), "HEAD");
    await expect(`${shown}\n`).toMatchFileSnapshot("./snapshots/prompt-fix-checks.md");
    expect(prompt).not.toContain("ghp_0123");
    expect(prompt).not.toContain("no test of ours");
    expect(prompt).not.toContain("orphan");
    expect(prompt.includes("\u001b")).toBe(false);
  });

  test("has what it found on its lines of our check run as well, once, for as long as the branch stands there", async () => {
    await followed.work({ "greet.js": "bonjour" });
    const annotations = [{ path: "greet.js", line: 1, message: "Unexpected var" }];
    await report({ name: "lint", conclusion: "failure", title: "1 problem", annotations });
    await followed.settle();
    const ours = () => on.app.standIn.checkRuns(repo(), head()).find(({ name }) => name === "Claude");
    const found = [{ path: "greet.js", start_line: 1, message: "lint: Unexpected var" }];
    expect(ours()).toMatchObject({ status: "queued", annotations: found });
    await followed.work(null);
    expect(ours()).toMatchObject({ conclusion: "action_required", annotations: found });
    expect(ours()?.annotations).toHaveLength(1);
    ada().comment(repo(), followed.issue, "/claude fix-ci");
    await followed.settle();
    await followed.work({ "greet.js": "salut" });
    expect(ours()).toMatchObject({ conclusion: "success", annotations: [] });
  });

  test("is dealt with once per check and commit, and costs a bounded number of calls", async () => {
    await followed.work({ "greet.js": "bonjour" });
    on.app.newCalls();
    await report({ name: "test", conclusion: "failure", job: failedTests });
    await followed.settle();
    const reads = on.app.newCalls().filter((call) => call.startsWith("GET"));
    expect(reads.sort()).toEqual([
      "GET /repos/{owner}/{repo}/actions/jobs/{job_id}",
      "GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs",
      "GET /repos/{owner}/{repo}/commits/{ref}/check-runs",
      "GET /repos/{owner}/{repo}/commits/{ref}/status",
      "GET /repos/{owner}/{repo}/pulls/{pull_number}",
    ]);
    await followed.work(null);
    await report({ name: "test", conclusion: "failure", job: failedTests });
    await followed.settle();
    expect(purposes()).toEqual(["implement completed", "fix_checks completed"]);
    expect(followed.task().handOver?.reason.sentence).toContain("changed nothing");
    expect(followed.comment()).toContain(
      "**Over to a person** · Claude looked at the checks that fail (test) and changed nothing.",
    );
    expect(on.app.standIn.checkRuns(repo(), head()).find(({ name }) => name === "Claude")).toMatchObject({
      conclusion: "action_required",
    });
  });

  test("that passes on the same commit when it runs again is not repaired", async () => {
    await followed.work({ "greet.js": "bonjour" });
    await report({ name: "test", conclusion: "failure", job: failedTests });
    await followed.settle();
    expect(purposes()).toEqual(["implement completed", "fix_checks queued"]);
    await report({ name: "test", conclusion: "success" });
    await followed.settle();
    expect(purposes()).toEqual(["implement completed", "fix_checks completed"]);
    expect(followed.comment()).toContain("Pull request #");
    expect(followed.comment()).toContain("Done.");
  });

  test("is repaired three times in a row, and then handed to a person with the reason", async () => {
    await followed.work({ "greet.js": "bonjour" });
    for (const round of [1, 2, 3]) {
      await report({ name: "test", conclusion: "failure", job: failedTests });
      await followed.settle();
      const { prompt } = await followed.work({ "greet.js": `bonjour ${round}` });
      expect(prompt.includes("This is the last round")).toBe(round === 3);
    }
    await report({ name: "test", conclusion: "failure", job: failedTests });
    await followed.settle();
    expect(purposes().filter((one) => one.startsWith("fix_checks"))).toHaveLength(3);
    await expect(`${followed.comment()}\n`).toMatchFileSnapshot("./snapshots/comment-checks-handed-over.md");
    await report({ name: "test", conclusion: "success" });
    await followed.settle();
    expect(followed.task().handOver).toBeNull();
  });

  test("of a commit status is one as well, and an old commit's is none", async () => {
    await followed.work({ "greet.js": "bonjour" });
    const old = head();
    await on.app.standIn.reportStatus(repo(), old, {
      context: "ci/jenkins",
      state: "failure",
      description: "2 failed",
    });
    await followed.settle();
    const { prompt } = await followed.work({ "greet.js": "salut" }, succeeded);
    expect(prompt).toContain("Check: ci/jenkins (status): failure\n\nIt says:\n2 failed");
    await on.app.standIn.reportStatus(repo(), old, { context: "ci/other", state: "failure" });
    await followed.settle();
    expect(purposes()).toEqual(["implement completed", "fix_checks completed"]);
  });
});
