import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { until } from "#test/world/until.ts";
import { buildAction, type Hosted, jobOf, openHosted, usualPermissions } from "./hosted.ts";
import { besidesMasks, type JobResult } from "./job.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
let built: ReturnType<typeof buildAction>;
let hosted: Hosted;
beforeAll(() => {
  built = buildAction();
});
afterAll(() => built.remove());
afterEach(() => hosted.close());

const anotherKey = generateKeyPairSync("rsa", { modulusLength: 2_048 })
  .privateKey.export({ type: "pkcs1", format: "pem" })
  .toString();
const scripts = {
  default: [
    { text: "I change it.", tools: [{ name: "Bash", input: { command: "sed -i s/hello/bonjour/ greet.js" } }] },
    { text: "The greeting is French now." },
  ],
};
const open = async (more: Partial<Parameters<typeof openHosted>[0]> = {}) => {
  hosted = await openHosted({ bundle: built.bundle, scripts, ...more });
  return hosted;
};
const anIssue = () =>
  hosted.github.as("ada").openIssue(hosted.repo, { title: "Greet in French", body: "Say bonjour." });
const labelled = async (): Promise<JobResult> => {
  hosted.github.as("ada").label(hosted.repo, anIssue(), "claude");
  return (await until("a job", jobOf(hosted, "issues"))).result;
};
/** Secrets are named to GitHub once each, to be masked, and nowhere else. */
const expectNoSecret = ({ printed, summary, outputs }: JobResult) => {
  const shown = besidesMasks(printed) + summary + JSON.stringify(outputs);
  expect(shown).not.toContain(hosted.model.key);
  for (const { token } of hosted.github.tokens) expect(shown).not.toContain(token);
};

describe("trouble in a workflow without a server is one clear annotation, a final state, and no secret in a log:", () => {
  test.each([
    ["no key", { "anthropic-api-key": "" }, "anthropic-api-key: give it a secret"],
    ["two ways to the model", { "claude-code-oauth-token": "oat" }, "give one of"],
    ["a wrong number", { minutes: "soon" }, "minutes: "],
    ["a wrong tool", { "denied-tools": "rm -rf" }, "denied-tools: "],
    ["half an App", { "app-id": "12" }, "app-key: "],
    ["an App's key that is none", { "app-id": "12", "app-key": "nonsense" }, "app-key: it is no private key"],
    ["a policy file that is not there", { "policy-file": "policy.yml" }, "policy-file: there is no policy.yml"],
    ["an issue that is not there", {}, "issue: there is no issue #1 in acme/website"],
    ["a token that GitHub does not take", { "github-token": "ghs_wrong" }, "github-token: GitHub does not take it"],
  ])("%s", async (_what, more, said) => {
    await open({ on: [], with: more });
    const result = await (await hosted.start("workflow_dispatch", { inputs: { issue: "1" } })).result;
    expect([result.code, result.annotations.map(({ kind }) => kind)], result.log).toEqual([1, ["error"]]);
    expect(result.annotations[0]?.text).toContain(said);
    expectNoSecret(result);
  });

  test("a key that the model's service does not take: the run fails, and the issue says why", async () => {
    await open({ with: { "anthropic-api-key": "sk-ant-somebody-elses-key-that-is-wrong" } });
    const result = await labelled();
    expect([result.code, result.outputs.conclusion], result.log).toEqual([1, "failure"]);
    expect(result.annotations.at(-1)?.kind).toBe("error");
    expect(besidesMasks(result.printed)).not.toContain("somebody-elses-key");
    expect(hosted.github.issue(hosted.repo, 1).labels).toContain("claude:failed");
  });

  test("the key of another App, and an App that there is not", async () => {
    await open({ on: [] });
    const { id, privateKey } = hosted.github.app;
    const said = async (inputs: Record<string, string>) => {
      const result = await (await hosted.start("schedule", {}, { with: inputs })).result;
      expectNoSecret(result);
      return result.annotations;
    };
    expect(await said({ "app-id": String(id), "app-key": anotherKey })).toEqual([
      { kind: "error", text: "app-key: GitHub does not take it (401): it is not that App's key" },
    ]);
    expect(await said({ "app-id": "99999", "app-key": privateKey })).toEqual([
      { kind: "error", text: "app-id: there is no such App, or it is not installed on this repository (404)" },
    ]);
  });

  test("Claude Code is not there: the issue says why it stands still, and the next job has its turn at once", async () => {
    await open({ on: ["issues.labeled", "issue_comment.created"], with: { claude: "/nowhere/claude" } });
    const first = await labelled();
    expect([first.code, first.annotations.map(({ text }) => text)], first.log).toEqual([
      1,
      ["There is no program /nowhere/claude."],
    ]);
    const said = () => hosted.github.comments(hosted.repo, 1).map(({ body }) => body);
    expect(said().join("\n")).toContain("There is no program /nowhere/claude.");
    hosted.use({ claude: join(root, "node_modules/.bin/claude") });
    hosted.github.as("ada").comment(hosted.repo, 1, "/claude status");
    const next = await (await until("the next job", jobOf(hosted, "issue_comment"))).result;
    expect([next.code, next.outputs.conclusion], next.log).toEqual([0, "success"]);
    expect(hosted.github.violations).toEqual([]);
  });

  test("`checks: write` is missing: the work is done, and what is missing is said", async () => {
    const { checks: _, ...permissions } = usualPermissions;
    await open({ permissions });
    const result = await labelled();
    expect([result.code, result.outputs.conclusion], result.log).toEqual([0, "success"]);
    expect(result.annotations.map(({ text }) => text).join("\n")).toMatch(/checks: write/);
    expect(hosted.github.issue(hosted.repo, 1).labels).toContain("claude:in-review");
    expectNoSecret(result);
  });

  test("`contents: write` is missing: nothing is begun", async () => {
    await open({ permissions: { ...usualPermissions, contents: "read" } });
    const result = await labelled();
    expect([result.code, result.annotations.map(({ kind }) => kind)], result.log).toEqual([1, ["error"]]);
    expect(result.annotations[0]?.text).toContain("contents: write");
    expectNoSecret(result);
  });

  test("somebody who may not ask: refused on the issue, without a run", async () => {
    await open();
    const issue = anIssue();
    hosted.github.as("eve").comment(hosted.repo, issue, "/claude run");
    const result = await (await until("a job", jobOf(hosted, "issue_comment"))).result;
    expect([result.code, result.outputs.conclusion], result.log).toEqual([0, "skipped"]);
    expect(result.annotations.map(({ kind }) => kind)).toEqual(["notice"]);
    expect(hosted.github.comments(hosted.repo, issue).at(-1)?.body).toContain("needs the role write");
    expect(hosted.github.pulls(hosted.repo)).toEqual([]);
    expect(hosted.refs()).toEqual([]);
  });

  test("an event of a fork, which has no secrets: nothing is done, and that is nobody's mistake", async () => {
    await open({ on: [], with: { "anthropic-api-key": "" } });
    const payload = {
      action: "submitted",
      pull_request: { number: 3, head: { repo: { id: 1 } } },
      review: { id: 4, state: "commented" },
      repository: { id: 2, full_name: hosted.repo, default_branch: "main" },
      sender: { login: "eve", type: "User" },
    };
    const result = await (await hosted.start("pull_request_review", payload)).result;
    expect([result.code, result.outputs.conclusion], result.log).toEqual([0, "skipped"]);
    expect(result.annotations[0]?.text).toContain("fork");
  });

  test("events that ask for nothing cost nothing: no tool is installed, no turn taken", async () => {
    await open({ on: ["issues.labeled", "issue_comment.created"] });
    const issue = anIssue();
    hosted.github.as("ada").comment(hosted.repo, issue, "A word among people.");
    const result = await (await until("a job", jobOf(hosted, "issue_comment"))).result;
    expect([result.code, result.outputs.conclusion], result.log).toEqual([0, "skipped"]);
    expect(result.log).not.toContain("Getting ready");
    expect(hosted.refs()).toEqual([]);
  });

  test("a dry run says what would be done, and writes nothing", async () => {
    await open({ with: { "dry-run": "true", instructions: "Speak softly." } });
    const before = hosted.github.calls.length;
    const result = await labelled();
    expect([result.code, result.outputs.conclusion], result.log).toEqual([0, "skipped"]);
    expect(result.annotations[0]?.text).toContain("A run of TASK-1 would begin");
    expect(result.summary).toContain("Speak softly.");
    expect(result.summary).toContain("puts 👀 on #1");
    const writes = hosted.github.calls
      .slice(before)
      .filter(({ method, path }) => method !== "GET" && path !== "/graphql");
    expect(writes.map(({ path }) => path)).toEqual([expect.stringContaining("access_tokens")]);
    expect(hosted.refs()).toEqual([]);
  });
});
