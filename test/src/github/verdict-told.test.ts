import { describe, expect, test } from "vitest";
import { happeningOf } from "#github/happenings.ts";
import { checkRunPayload, pullRequestPayload } from "./payloads.ts";

const at = Date.UTC(2026, 10, 22, 10);
const sha = "a".repeat(40);
const { action: _, ...common } = checkRunPayload("x") as Record<string, unknown>;
const checkRun = (action: string, of: object) =>
  happeningOf("check_run", { ...common, action, check_run: { id: 5, head_sha: sha, name: "test", ...of } }, at);

describe("what a webhook says of a pull request", () => {
  test("a check of another app that begins asks nothing, and is told of", () => {
    const told = checkRun("created", { status: "queued", app: { slug: "ci" }, details_url: "https://ci.test/1" });
    const check = { id: 5, app: "ci", name: "test", state: "pending", url: "https://ci.test/1" };
    expect(told).toMatchObject({ kind: "verdict_told", verdict: { kind: "check", headSha: sha, check } });
  });

  test.each([
    ["success", "passed", "verdict_told"],
    ["skipped", "skipped", "verdict_told"],
    ["failure", "failed", "checks_changed"],
  ])("one that ended with %s is %s, and asks what it asked before", (conclusion, state, kind) => {
    const told = checkRun("completed", { status: "completed", conclusion });
    expect(told).toMatchObject({ kind, verdict: { check: { state, app: "unknown" } } });
  });

  test("our own check says nothing new to us", () => {
    expect(checkRun("created", { status: "queued", external_id: "TASK-12" })).toBeNull();
  });

  test("a commit status, pending or not", () => {
    const told = (state: string) => happeningOf("status", { ...common, sha, state, context: "ci/x" }, at)?.verdict;
    expect(told("pending")).toMatchObject({ check: { app: "status", name: "ci/x", state: "pending" } });
    expect(told("error")).toMatchObject({ check: { state: "failed" } });
  });

  test("an approval asks nothing, and is told of", () => {
    const review = { id: 3, state: "approved", user: { login: "grace" }, submitted_at: "2026-11-22T10:00:00Z" };
    const payload = { ...common, action: "submitted", pull_request: { number: 13 }, review };
    expect(happeningOf("pull_request_review", payload, at)).toMatchObject({
      kind: "verdict_told",
      verdict: { number: 13, review: { author: "grace", state: "approved", at: "2026-11-22T10:00:00.000Z" } },
    });
  });

  test("whether it can be merged, where GitHub says so", () => {
    const told = (mergeable: unknown) => happeningOf("pull_request", pullRequestPayload("opened", { mergeable }), at);
    expect(told(false)?.verdict).toEqual({ kind: "mergeable", number: 13, headSha: sha, mergeable: false });
    expect(told(null)).not.toHaveProperty("verdict");
  });
});
