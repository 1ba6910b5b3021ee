import { expect, test } from "vitest";
import type { TurnEnd } from "#runner/claude/events.ts";
import { type Ended, outcomeOf } from "#runner/claude/outcome.ts";
import { parseLine } from "#runner/claude/stream.ts";

const ok = { code: 0, signal: null };
const failed = { code: 1, signal: null };

function aTurn(result: object): TurnEnd {
  const [event] = parseLine(JSON.stringify({ type: "result", subtype: "success", is_error: true, ...result }));
  if (event?.kind !== "turnEnded") throw new Error("no turn");
  return event;
}
const ended = (more: Partial<Ended>): Ended => ({ lastTurn: null, exit: failed, stderr: "", ...more });

test.each<[string, Partial<Ended>, string]>([
  ["the program is not there (launcher)", { exit: { code: 127, signal: null } }, "claude_missing"],
  ["the program is not there (spawn)", { stderr: "spawn claude ENOENT" }, "claude_missing"],
  ["the program cannot be run", { exit: { code: 126, signal: null } }, "claude_missing"],
  ["killed", { exit: { code: null, signal: "SIGKILL" } }, "agent_killed"],
  ["killed under a shell", { exit: { code: 137, signal: null } }, "agent_killed"],
  ["killed for memory", { exit: { code: null, signal: "SIGKILL", oom: true } }, "out_of_memory"],
  ["ended with nothing said", { exit: ok }, "no_result"],
  ["ended with an error and nothing said", {}, "agent_failed"],
  ["unknown option", { stderr: "error: unknown option '--x'\n" }, "claude_incompatible"],
  [
    "refused as root",
    { stderr: "--dangerously-skip-permissions cannot be used with root/sudo privileges" },
    "claude_incompatible",
  ],
  ["id in use", { stderr: "Error: Session ID abc is already in use." }, "session_in_use"],
  ["max_tokens", { lastTurn: aTurn({ stop_reason: "max_tokens", result: "API Error: …" }) }, "output_too_long"],
  [
    "a token that was revoked",
    { lastTurn: aTurn({ result: "OAuth token revoked · Please run /login" }) },
    "not_logged_in",
  ],
  [
    "a disabled organisation",
    { lastTurn: aTurn({ result: "Your organization has disabled Claude subscription access for Claude Code" }) },
    "not_logged_in",
  ],
  ["timed out", { lastTurn: aTurn({ result: "Request timed out" }) }, "model_unreachable"],
  [
    "a gateway's 502 that speaks of connections",
    { lastTurn: aTurn({ api_error_status: 502, result: "API Error: 502 connection error" }) },
    "model_unavailable",
  ],
  ["413", { lastTurn: aTurn({ api_error_status: 413, result: "Request too large" }) }, "prompt_too_long"],
  [
    "interrupted in the stream",
    { lastTurn: aTurn({ subtype: "error_during_execution", terminal_reason: "aborted_streaming" }) },
    "interrupted",
  ],
  ["an error without a cause", { lastTurn: aTurn({ subtype: "error_during_execution" }) }, "agent_failed"],
  [
    "stopped by a hook",
    { lastTurn: aTurn({ is_error: false, terminal_reason: "hook_stopped" }), exit: ok },
    "hook_stopped",
  ],
])("F54: %s", (_what, more, reason) => {
  const outcome = outcomeOf(ended(more));
  expect(outcome).toMatchObject({ kind: "failed", reason });
  if (outcome.kind === "failed") expect(outcome.advice.length).toBeGreaterThan(10);
});

test("a turn that ended well is finished, whatever became of the process", () => {
  const lastTurn = aTurn({ is_error: false, terminal_reason: "completed" });
  for (const exit of [ok, failed, { code: null, signal: "SIGKILL" }])
    expect(outcomeOf(ended({ lastTurn, exit }))).toEqual({ kind: "finished" });
});

test("a deferred call waits", () => {
  const deferred_tool_use = { id: "t", name: "AskUserQuestion", input: {} };
  const lastTurn = aTurn({ is_error: false, terminal_reason: "tool_deferred", deferred_tool_use });
  expect(outcomeOf(ended({ lastTurn, exit: ok }))).toMatchObject({
    kind: "waiting",
    deferred: { name: "AskUserQuestion" },
  });
});

test.each([
  ["You've hit your limit · resets 6:06pm (UTC)", null],
  ["You've hit your session limit · resets 3pm", null],
  ["Claude AI usage limit reached|1760000000", 1_760_000_000_000],
  ["You're out of extra usage · resets 3pm", null],
  [
    "API Error: 400 You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.",
    Date.UTC(2026, 11, 1),
  ],
])("a usage limit without an event of its own: %s", (result, until) => {
  expect(outcomeOf(ended({ lastTurn: aTurn({ result, api_error_status: 429 }) }))).toMatchObject({
    kind: "usage_limit",
    until,
  });
});

test("a usage limit with its event knows when it ends", () => {
  const limit = { kind: "limit", status: "rejected", limit: "five_hour", resetsAt: 5000 } as const;
  const lastTurn = aTurn({ result: "You've hit your limit · resets 6:06pm (UTC)", api_error_status: 429 });
  expect(outcomeOf(ended({ lastTurn, limit }))).toMatchObject({ kind: "usage_limit", until: 5000 });
  // A warning is no limit.
  const warned = { ...limit, status: "allowed_warning" };
  const limited = aTurn({
    result: "API Error: Server is temporarily limiting requests (not your usage limit)",
    api_error_status: 429,
  });
  expect(outcomeOf(ended({ lastTurn: limited }))).toMatchObject({ reason: "rate_limited" });
  const busy = aTurn({ result: "API Error: Request rejected (429)", api_error_status: 429 });
  expect(outcomeOf(ended({ lastTurn: busy, limit: warned }))).toMatchObject({ reason: "rate_limited" });
});

test("what Claude said stands in the sentence, printable and short", () => {
  const outcome = outcomeOf(
    ended({ lastTurn: aTurn({ api_error_status: 500, result: `bad \u001b[31m${"x".repeat(5000)}` }) }),
  );
  expect(outcome).toMatchObject({ sentence: expect.stringMatching(/^The model's API failed\. \(bad x+…\)$/) });
  expect(outcome.kind === "failed" && outcome.sentence.length).toBeLessThan(400);
});
