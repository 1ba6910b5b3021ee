import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { until } from "#test/world/until.ts";
import { buildAction, type Hosted, jobOf, openHosted } from "./hosted.ts";
import { readWorkflow } from "./workflow.ts";

const folder = fileURLToPath(new URL("../../.github/workflows/examples", import.meta.url));
const scripts = {
  default: [
    { text: "I change it.", tools: [{ name: "Bash", input: { command: "sed -i s/hello/bonjour/ greet.js" } }] },
    { text: "The greeting is French now." },
    { text: "I mend it.", tools: [{ name: "Bash", input: { command: "echo '// mended' >> greet.js" } }] },
    { text: "It is mended." },
  ],
};
// What `verify` of an example asks for.
const files = {
  "package.json": '{ "name": "website", "version": "1.0.0", "scripts": { "test": "node --check greet.js" } }\n',
  "package-lock.json":
    '{ "name": "website", "version": "1.0.0", "lockfileVersion": 3, "packages": { "": { "name": "website", "version": "1.0.0" } } }\n',
};

let built: ReturnType<typeof buildAction>;
let hosted: Hosted;
beforeAll(() => {
  built = buildAction();
});
afterAll(() => built.remove());
afterEach(() => hosted.close());

/** The workflow for a control plane is run by runner.test.ts, where there is one. */
const standalone = ["without-a-server.yml", "with-an-app.yml"];

describe.each(standalone)("the workflow %s", (name) => {
  const workflow = readWorkflow(readFileSync(join(folder, name), "utf8"));
  const open = async () => {
    hosted = await openHosted({ bundle: built.bundle, scripts, files, workflow });
  };
  const nextJob = async (event: string, index = 0) =>
    (await until(`a job for ${event}`, jobOf(hosted, event, index))).result;

  test("carries an issue from its label to the merge, by the events that it is for", { timeout: 300_000 }, async () => {
    await open();
    const ada = hosted.github.as("ada");
    const issue = ada.openIssue(hosted.repo, { title: "Greet in French", body: "Say bonjour." });
    ada.label(hosted.repo, issue, "claude");
    const first = await nextJob("issues");
    expect([first.code, first.outputs.conclusion], first.log).toEqual([0, "success"]);
    const [pull] = hosted.github.pulls(hosted.repo);
    const number = pull?.number ?? 0;
    await ada.review(hosted.repo, number, { event: "REQUEST_CHANGES", body: "Say why." });
    const second = await nextJob("pull_request_review");
    expect([second.code, second.outputs["session-id"]], second.log).toEqual([0, first.outputs["session-id"]]);
    ada.comment(hosted.repo, issue, "/claude status");
    const third = await nextJob("issue_comment");
    expect([third.code, third.outputs.conclusion], third.log).toEqual([0, "skipped"]);
    await ada.mergePullRequest(hosted.repo, number);
    const last = await nextJob("pull_request");
    expect(last.code, last.log).toBe(0);
    expect(hosted.github.issue(hosted.repo, issue).labels).toContain("claude:done");
    const looked = await (await hosted.start("schedule", { schedule: "17 * * * *" })).result;
    expect([looked.code, looked.outputs.conclusion], looked.log).toEqual([0, "skipped"]);
    expect(hosted.github.violations).toEqual([]);
  });
});

describe("the workflow with-an-app.yml", () => {
  const workflow = readWorkflow(readFileSync(join(folder, "with-an-app.yml"), "utf8"));

  // GitHub starts no workflow by a check suite of its own Actions; those of other Apps come so.
  test.each(["workflow_run", "check_suite"])("gives a failed check back to Claude, told by %s", async (event) => {
    hosted = await openHosted({ bundle: built.bundle, scripts, files, workflow });
    const ada = hosted.github.as("ada");
    const issue = ada.openIssue(hosted.repo, { title: "Greet in French", body: "Say bonjour." });
    ada.label(hosted.repo, issue, "claude");
    const first = await (await until("a job", jobOf(hosted, "issues"))).result;
    const [pull] = hosted.github.pulls(hosted.repo);
    await hosted.github.reportCheck(hosted.repo, pull?.headRef ?? "", {
      name: "test",
      conclusion: "failure",
      summary: "AssertionError: expected 'bonjour'",
    });
    const ended = { head_sha: pull?.headSha, conclusion: "failure", head_branch: pull?.headRef, pull_requests: [] };
    const payload = {
      action: "completed",
      [event]: ended,
      repository: { id: hosted.repositoryId, full_name: hosted.repo, default_branch: "main" },
      // The App itself made it run, by its push.
      sender: { login: "claude-app[bot]", type: "Bot" },
    };
    expect(workflow.isFor("workflow_run", { ...payload, workflow_run: ended })).toBe(true);
    expect(workflow.isFor("issue_comment", payload)).toBe(false);
    const second = await (await hosted.start(event, payload)).result;
    expect([second.code, second.outputs.conclusion], second.log).toEqual([0, "success"]);
    expect(second.outputs["session-id"]).toBe(first.outputs["session-id"]);
    expect(hosted.github.pulls(hosted.repo)[0]?.headSha).not.toBe(pull?.headSha);
  });
});
