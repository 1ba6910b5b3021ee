import { expect, test } from "vitest";
import type { StreamEvent } from "#runner/claude/events.ts";
import { AT_START, advance, progressOf } from "#runner/claude/progress.ts";
import { LINE_LIMIT, parseLine } from "#runner/claude/stream.ts";

const line = (value: unknown) => JSON.stringify(value);
const said = (content: object, more: object = {}) =>
  line({
    type: "assistant",
    message: { id: "m1", model: "opus", content: [content], usage: { input_tokens: 10, cache_read_input_tokens: 5 } },
    parent_tool_use_id: null,
    ...more,
  });
const call = (name: string, input: object, more: object = {}) =>
  said({ type: "tool_use", id: "t1", name, input }, more);
const events = (...lines: string[]): StreamEvent[] => lines.flatMap(parseLine);

test.each([
  ["half a line", '{"type":"assistant","mess'],
  ["no JSON", "Error: something"],
  ["a run of NUL", "\0".repeat(1000)],
  ["a number", "42"],
  ["null", "null"],
  ["a list", "[1,2]"],
])("F33: %s is unreadable, and no more than that", (_what, text) => {
  expect(parseLine(text)).toMatchObject([{ kind: "unreadable", length: text.length }]);
});

test("F33: a line of 20 MB becomes a small event without being parsed", () => {
  const started = performance.now();
  const [event] = parseLine(said({ type: "text", text: "x".repeat(LINE_LIMIT + 1) }));
  expect(event).toMatchObject({ kind: "unreadable" });
  expect(JSON.stringify(event).length).toBeLessThan(1_000);
  expect(performance.now() - started).toBeLessThan(1_000);
});

test("F33: long text within a line is bounded too", () => {
  const [event] = parseLine(said({ type: "text", text: "x".repeat(2_000_000) }));
  expect(JSON.stringify(event).length).toBeLessThan(25_000);
});

test.each([
  [{ type: "assistant" }],
  [{ type: "assistant", message: null }],
  [{ type: "assistant", message: { content: "text" } }],
  [{ type: "assistant", message: { content: [null, 1, { type: "tool_use" }] } }],
  [{ type: "user", message: { content: [{ type: "tool_result", content: [{ type: "image" }, null] }] } }],
  [{ type: "user", message: { content: 7 }, tool_use_result: { task: 1 } }],
  [{ type: "user", isReplay: true }],
  [{ type: "result" }],
  [{ type: "result", modelUsage: { a: null }, errors: [{ a: 1 }], permission_denials: [3], total_cost_usd: "much" }],
  [{ type: "system", subtype: "init", tools: {}, mcp_servers: [1] }],
  [{ type: "system", subtype: "api_retry", attempt: "x" }],
  [{ type: "rate_limit_event" }],
  [{ type: ["odd"] }],
  [{}],
])("F33: a line of an odd shape is read without a throw: %j", (value) => {
  expect(() => progressOf(parseLine(line(value)))).not.toThrow();
});

test("types that are not known are counted and otherwise passed over", () => {
  const progress = progressOf(
    events(line({ type: "tomorrow" }), line({ type: "system", subtype: "thinking_tokens" }), "garbage", "", "  "),
  );
  expect(progress).toMatchObject({ unknownLines: 2, unreadableLines: 1 });
});

test("control characters and direction marks do not come through", () => {
  const [event] = parseLine(
    said({ type: "text", text: "a\u001b]52;c;aGk=\u0007b\u001b[31mc\u009b2Jd\u0000\u202Ee\r\nf" }),
  );
  expect(event).toMatchObject({ kind: "text", text: "abcd\\u202Ee\nf" });
});

test.each([
  ["Bash", { command: "npm test" }, "running: npm test"],
  ["Edit", { file_path: "/work/tree/src/a.ts" }, "editing src/a.ts"],
  ["Write", { file_path: "/work/tree/b.ts" }, "writing b.ts"],
  ["Read", { file_path: "/etc/hosts" }, "reading /etc/hosts"],
  ["Bash", { command: "cd /work/tree/src && ls\nrm x" }, "running: cd src && ls rm x"],
  ["TaskUpdate", { taskId: "1" }, "planning the work"],
  ["Agent", { description: "Look around", prompt: "long" }, "subagent: Look around"],
  ["mcp__x__do", { text: "hello" }, "using mcp__x__do hello"],
  ["Skill", {}, "using Skill"],
])("a call of %s %j is told as an activity", (name, input, activity) => {
  const init = line({ type: "system", subtype: "init", cwd: "/work/tree", session_id: "s" });
  expect(progressOf(events(init, call(name, input))).activity).toBe(activity);
});

test("a subagent's work is an activity, but its words are not the last words and its lists not the list", () => {
  const more = { parent_tool_use_id: "t0" };
  const progress = progressOf(
    events(
      said({ type: "text", text: "main" }),
      said({ type: "text", text: "sub" }, more),
      call("TodoWrite", { todos: [{ content: "x", status: "pending" }] }, more),
      call("Bash", { command: "ls" }, more),
    ),
  );
  expect(progress).toMatchObject({ lastText: "main", todos: [], activity: "subagent: running: ls" });
});

test("each message's tokens count once, a turn's end gives the exact ones", () => {
  const before = progressOf(events(said({ type: "text", text: "a" }), call("Bash", { command: "ls" })));
  expect(before).toMatchObject({ tokens: { input: 10, cacheRead: 5 }, context: 15 });
  const end = line({
    type: "result",
    subtype: "success",
    total_cost_usd: 0.5,
    modelUsage: {
      a: { inputTokens: 100, outputTokens: 7, contextWindow: 200_000 },
      b: { inputTokens: 1, cacheReadInputTokens: 2, cacheCreationInputTokens: 3 },
    },
  });
  expect(progressOf(events(end), before)).toMatchObject({
    tokens: { input: 101, output: 7, cacheRead: 2, cacheWrite: 3 },
    costUsd: 0.5,
    contextWindow: 200_000,
  });
});

test("the todo list follows TodoWrite, TaskCreate, TaskUpdate and TaskList", () => {
  const result = (value: object) =>
    line({
      type: "user",
      message: { content: [{ type: "tool_result", tool_use_id: "t", content: "" }] },
      tool_use_result: value,
    });
  const written = progressOf(events(call("TodoWrite", { todos: [{ content: "old", status: "completed" }, "odd"] })));
  expect(written.todos).toEqual([
    { id: null, content: "old", status: "completed" },
    { id: null, content: "", status: "pending" },
  ]);
  const tasks = progressOf(
    events(
      result({ task: { id: "1", subject: "one" } }),
      result({ task: { id: "2", subject: "two" } }),
      result({ success: true, taskId: "2", statusChange: { from: "pending", to: "in_progress" } }),
      result({ success: true, taskId: "1", statusChange: { from: "pending", to: "deleted" } }),
      result({ success: true, taskId: "99", statusChange: { from: "pending", to: "completed" } }),
    ),
  );
  expect(tasks.todos).toEqual([{ id: "2", content: "two", status: "in_progress" }]);
  const listed = progressOf(events(result({ tasks: [{ id: "3", subject: "three", status: "completed" }] })), tasks);
  expect(listed.todos).toEqual([{ id: "3", content: "three", status: "completed" }]);
});

test("a turn is open from its begin, or from a message taken in, to its end", () => {
  const end = parseLine(line({ type: "result", subtype: "success" })).reduce(advance, AT_START);
  expect(end.lastTurn).toMatchObject({ subtype: "success" });
  expect(progressOf(parseLine(line({ type: "system", subtype: "init" })), end).lastTurn).toBeNull();
  expect(progressOf(parseLine(line({ type: "user", isReplay: true, uuid: "u" })), end).lastTurn).toBeNull();
});

test("a retry and a limit are told", () => {
  const retry = {
    type: "system",
    subtype: "api_retry",
    attempt: 2,
    max_retries: 10,
    retry_delay_ms: 900,
    error_status: 529,
    error: "overloaded",
  };
  const limit = {
    type: "rate_limit_event",
    rate_limit_info: { status: "rejected", resetsAt: 1_795_370_777, rateLimitType: "five_hour" },
  };
  expect(progressOf(events(line(retry), line(limit)))).toMatchObject({
    activity: "waiting for the model's API (529, try 2 of 10)",
    limit: { status: "rejected", limit: "five_hour", resetsAt: 1_795_370_777_000 },
  });
});

test("a deferred call is waiting for an answer", () => {
  const deferred_tool_use = { id: "t", name: "AskUserQuestion", input: { questions: [] } };
  const end = line({ type: "result", subtype: "success", terminal_reason: "tool_deferred", deferred_tool_use });
  expect(progressOf(events(end))).toMatchObject({
    activity: "waiting for an answer",
    lastTurn: { deferred: { name: "AskUserQuestion" } },
  });
});
