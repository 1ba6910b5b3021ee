import { describe, expect, test } from "vitest";
import {
  appLeftPayload,
  checkRunPayload,
  commentPayload,
  editedPayload,
  happeningOf,
  labelledPayload,
  pullRequestPayload,
  pushPayload,
  receivedAt,
} from "./payloads.ts";

const repository = { id: 42, name: "acme/shop", installationId: 7 };
const ada = { login: "ada", isBot: false };
const at = Date.parse("2026-11-22T10:00:00Z");

describe("a webhook becomes a happening", () => {
  test("a label put on an issue, with the words of that moment", () => {
    expect(happeningOf("issues", labelledPayload())).toEqual({
      kind: "issue_labelled",
      repository,
      issue: 12,
      title: "Add a search box",
      body: "Please.",
      label: "claude",
      actor: ada,
      at,
    });
  });

  test("an issue without a body has an empty one", () => {
    const payload = labelledPayload();
    const happening = happeningOf("issues", { ...payload, issue: { ...payload.issue, body: null } });
    expect(happening).toMatchObject({ kind: "issue_labelled", body: "" });
  });

  test("a bot is told from a person", () => {
    const payload = labelledPayload({ sender: "renovate[bot]", senderType: "Bot" });
    expect(happeningOf("issues", payload)).toMatchObject({ actor: { login: "renovate[bot]", isBot: true } });
  });

  test("a label taken off", () => {
    expect(happeningOf("issues", { ...labelledPayload(), action: "unlabeled" })).toEqual({
      kind: "issue_unlabelled",
      repository,
      issue: 12,
      label: "claude",
      actor: ada,
      at,
    });
  });

  test.each(["closed", "deleted", "transferred"])("an issue that is %s has ended", (action) => {
    expect(happeningOf("issues", { ...labelledPayload(), action })).toEqual({
      kind: "issue_closed",
      repository,
      issue: 12,
      actor: ada,
      at,
    });
  });

  test.each([
    ["opened", {}, { state: "open", draft: true }],
    ["synchronize", { head: { sha: "b".repeat(40) } }, { headSha: "b".repeat(40) }],
    ["ready_for_review", { draft: false }, { draft: false }],
    ["converted_to_draft", {}, { draft: true }],
    ["closed", { state: "closed" }, { state: "closed" }],
    ["closed", { state: "closed", merged: true }, { state: "merged" }],
    ["reopened", {}, { state: "open" }],
  ])("a pull request that is %s, changed by %j", (action, changes, expected) => {
    expect(happeningOf("pull_request", pullRequestPayload(action, changes))).toMatchObject({
      kind: "pull_request_changed",
      repository,
      number: 13,
      actor: ada,
      at,
      ...expected,
    });
  });
});

describe("a push that may have changed the policy", () => {
  test.each([
    ["the policy file changed", {}, true],
    ["it was added", { commits: [{ added: [".github/cc-orchestrator.yml"] }] }, true],
    ["it was removed in one of many", { commits: [{}, { removed: [".github/cc-orchestrator.yml"] }, {}] }, true],
    ["history was rewritten", { forced: true, commits: [] }, true],
    ["more commits than GitHub lists", { commits: Array.from({ length: 2_048 }, () => ({})) }, true],
    ["another file changed", { commits: [{ modified: ["README.md", "x/.github/cc-orchestrator.yml"] }] }, false],
    ["another branch", { ref: "refs/heads/topic" }, false],
    ["a tag", { ref: "refs/tags/main" }, null],
    ["the branch was deleted", { deleted: true }, null],
  ])("%s", (_what, changes, expected) => {
    const happening = happeningOf("push", pushPayload(changes));
    expect(happening?.kind ?? null).toBe(expected === null ? null : expected ? "policy_changed" : "branch_moved");
  });

  test("its instant may be seconds or a date", () => {
    expect(happeningOf("push", pushPayload())).toMatchObject({ at: 1_790_000_000_000 });
    const repository = { ...pushPayload().repository, pushed_at: "2026-11-22T10:00:00Z" };
    expect(happeningOf("push", pushPayload({ repository }))).toMatchObject({ at });
  });
});

describe("a comment", () => {
  test("that may hold a command, with the issue as it stood", () => {
    expect(happeningOf("issue_comment", commentPayload("/claude stop"))).toEqual({
      kind: "commented",
      repository,
      thread: 12,
      isPullRequest: false,
      issue: { title: "Add a search box", body: "Please." },
      comment: "9000000001",
      body: "/claude stop",
      actor: ada,
      at,
    });
  });

  test("on a pull request, where the app's name may begin one", () => {
    const payload = commentPayload("@cc-orchestrator hello");
    const issue = { ...payload.issue, pull_request: { url: "https://api.github.test/x" } };
    expect(happeningOf("issue_comment", { ...payload, issue })).toMatchObject({ isPullRequest: true, issue: null });
    expect(happeningOf("issue_comment", payload)).toMatchObject({ kind: "commented", thread: 12 });
  });

  test.each([
    ["without words", commentPayload("/claude stop", { comment: { ...commentPayload("").comment, body: null } })],
    ["S09: by a bot", commentPayload("/claude stop", { sender: { login: "x[bot]", type: "Bot" } })],
    ["that somebody else sends", commentPayload("/claude stop", { sender: { login: "eve", type: "User" } })],
    [
      "of an account that is gone",
      commentPayload("/claude x", { comment: { ...commentPayload("x").comment, user: null } }),
    ],
    ["that is an edit", commentPayload("/claude stop", { action: "edited" })],
    ["that was deleted", commentPayload("/claude stop", { action: "deleted" })],
  ])("%s asks nothing", (_what, payload) => {
    expect(happeningOf("issue_comment", payload)).toBeNull();
  });
});

describe("an issue that is edited", () => {
  test.each([
    ["its text", { body: { from: "x" } }, true],
    ["its title", { title: { from: "x" } }, true],
    ["something else", {}, false],
  ])("in %s", (_what, changes, expected) => {
    const happening = happeningOf("issues", editedPayload(changes));
    expect(happening?.kind ?? null).toBe(expected ? "issue_edited" : null);
    if (expected)
      expect(happening).toMatchObject({ issue: 12, title: "Add a search box", body: "Please.", actor: ada, at });
  });
});

describe("our check run", () => {
  const asked = { kind: "check_asked", repository, headSha: "a".repeat(40), actor: ada, at: receivedAt };

  test("whose button is pressed", () => {
    const payload = checkRunPayload("requested_action", { requested_action: { identifier: "retry" } });
    expect(happeningOf("check_run", payload)).toEqual({ ...asked, button: "retry", checkRun: "50000000001" });
  });

  test("that is to run again, alone or with all others", () => {
    expect(happeningOf("check_run", checkRunPayload("rerequested"))).toEqual({
      ...asked,
      button: null,
      checkRun: "50000000001",
    });
    const suite = { ...checkRunPayload("rerequested"), check_suite: { id: 1, head_sha: "a".repeat(40) } };
    expect(happeningOf("check_suite", suite)).toEqual({ ...asked, button: null, checkRun: null });
  });

  test("of anybody that failed is looked at; one that passed is told of by its suite", () => {
    const ended = (conclusion: string, status = "completed") => {
      const payload = checkRunPayload("completed");
      const { check_run: run } = payload as { check_run: object };
      return happeningOf("check_run", { ...payload, check_run: { ...run, conclusion, check_suite: { status } } });
    };
    const failed = { kind: "checks_changed", repository, headSha: "a".repeat(40), actor: ada, at: receivedAt };
    expect(ended("failure")).toEqual({ ...failed, isFailing: true });
    expect([ended("success"), ended("failure", "in_progress")]).toEqual([null, null]);
    const suite = { ...checkRunPayload("completed"), check_suite: { head_sha: "a".repeat(40), conclusion: "success" } };
    expect(happeningOf("check_suite", suite)).toEqual({ ...failed, isFailing: false });
    const run = {
      ...checkRunPayload("completed"),
      workflow_run: { head_sha: "a".repeat(40), conclusion: "timed_out" },
    };
    expect(happeningOf("workflow_run", run)).toEqual({ ...failed, isFailing: true });
    const { action: _, ...common } = checkRunPayload("x") as Record<string, unknown>;
    expect(happeningOf("status", { ...common, sha: "a".repeat(40), state: "error" })).toEqual({
      ...failed,
      isFailing: true,
    });
    expect(happeningOf("status", { ...common, sha: "a".repeat(40), state: "pending" })).toBeNull();
  });

  test("that we made or completed ourselves asks nothing", () => {
    for (const action of ["created", "completed"]) expect(happeningOf("check_run", checkRunPayload(action))).toBeNull();
  });
});

describe("an app that is taken off", () => {
  test.each([
    ["installation", "deleted", "uninstalled", null],
    ["installation", "suspend", "suspended", null],
    ["installation_repositories", "removed", "removed", [42]],
  ])("%s.%s says what it may no longer look at", (event, action, how, repositories) => {
    const payload = appLeftPayload(action);
    expect(happeningOf(event, payload)).toMatchObject({
      kind: "app_left",
      installationId: payload.installation.id,
      repositories,
      how,
      actor: { login: payload.sender.login },
    });
  });
});
