import { afterEach, beforeEach, expect, test } from "vitest";
import { type ModelStandIn, openModel } from "./model.ts";
import { overloaded, usageLimit } from "./script.ts";

let model: ModelStandIn;
beforeEach(async () => {
  model = await openModel({
    scripts: { hello: [{ text: "One." }, { text: "Two." }] },
    choose: (prompt) => (prompt.includes("greet") ? "hello" : undefined),
  });
});
afterEach(() => model.close());

const user = (content: unknown) => ({ role: "user", content });
const assistant = (text: string) => ({ role: "assistant", content: [{ type: "text", text }] });

function post(messages: unknown[], more: { body?: object; headers?: Record<string, string>; path?: string } = {}) {
  return fetch(`${model.url}${more.path ?? "/v1/messages?beta=true"}`, {
    method: "POST",
    headers: { "x-api-key": model.key, "x-claude-code-session-id": "s1", ...more.headers },
    body: JSON.stringify({ model: "opus", tools: [{ name: "Bash" }], messages, ...more.body }),
  });
}

async function said(messages: unknown[], more: Parameters<typeof post>[1] = {}): Promise<string> {
  const answer = (await (await post(messages, more)).json()) as { content: { text: string }[] };
  return answer.content.map((block) => block.text).join("");
}

test("the script named by the newest text goes on by as many steps as there were answers since", async () => {
  expect(await said([user("<<RUN hello>>")])).toBe("One.");
  expect(await said([user("<<RUN hello>>"), assistant("One."), user("more")])).toBe("Two.");
  expect(await said([user("x"), assistant("y"), user([{ type: "text", text: "again <<RUN hello>>" }])])).toBe("One.");
  expect(await said([user("<<RUN hello>>"), assistant("1"), user("a"), assistant("2"), user("b")])).toBe(
    "There is nothing left to do.",
  );
});

test("reminders of the CLI and tool results choose nothing", async () => {
  const reminder = { type: "text", text: "<system-reminder>please greet, <<RUN other>></system-reminder>" };
  const result = { type: "tool_result", tool_use_id: "t", content: "<<RUN other>>" };
  expect(await said([user([reminder, { type: "text", text: "<<RUN hello>>" }])])).toBe("One.");
  expect(await said([user("<<RUN hello>>"), assistant("1"), user([result])])).toBe("Two.");
});

test("a step that a crash cut off is asked again", async () => {
  expect(await said([user("<<RUN hello>>"), assistant("No response requested."), user("go on")])).toBe("One.");
});

test("without a marker `choose` decides by the newest text it knows, else the script `default` speaks", async () => {
  expect(await said([user("please greet")])).toBe("One.");
  expect(await said([user("please greet"), assistant("One."), user("hm?")])).toBe("Two.");
  expect(await said([user("hm?")])).toBe("There is nothing left to do.");
  expect(await said([user("Rules\n\nTitle: Mend it\n\nBody")])).toContain("look around");
  model.script("default", [({ prompt }) => ({ text: `You said: ${prompt}` })]);
  expect(await said([user("hm?")])).toBe("You said: hm?");
});

test("a stream has the events of the Messages API, each with its name", async () => {
  model.script("all", [
    {
      thinking: "Hm.",
      text: "x".repeat(100),
      tools: [{ name: "Bash", input: { command: "ls" } }],
      usage: { input_tokens: 7 },
    },
  ]);
  const response = await post([user("<<RUN all>>")], { body: { stream: true } });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const chunks = (await response.text()).trim().split("\n\n");
  const events = chunks.map((chunk) => {
    const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(chunk) ?? [];
    const event = JSON.parse(data ?? "null");
    expect(event.type).toBe(name);
    return event;
  });
  expect(events.map((event) => event.type)).toEqual([
    "message_start",
    ...["content_block_start", "content_block_delta", "content_block_delta", "content_block_stop"],
    ...[
      "content_block_start",
      "content_block_delta",
      "content_block_delta",
      "content_block_delta",
      "content_block_stop",
    ],
    ...["content_block_start", "content_block_delta", "content_block_stop"],
    ...["message_delta", "message_stop"],
  ]);
  expect(events[0].message.usage.input_tokens).toBe(7);
  expect(events.find((event) => event.delta?.partial_json)?.delta.partial_json).toBe('{"command":"ls"}');
  expect(events.at(-2).delta.stop_reason).toBe("tool_use");
});

test("titles, compactions, classifiers and other small requests are answered without spending a step", async () => {
  const title = {
    tools: [],
    output_config: { format: { type: "json_schema", schema: { properties: { title: {} } } } },
  };
  expect(JSON.parse(await said([user("<<RUN hello>>")], { body: title }))).toHaveProperty("title");
  expect(
    await said([user("<<RUN hello>>"), user([{ type: "text", text: "CRITICAL: Respond with TEXT ONLY." }])]),
  ).toContain("<summary>");
  expect(await said([user("x")], { body: { tools: [], stop_sequences: ["</block>"] } })).toBe("<block>no");
  expect(await said([user("x")], { body: { tools: [] } })).toBe("Ready.");
  expect(model.requests.map((request) => request.kind)).toEqual(["title", "compaction", "classifier", "other"]);
});

test("subagents are told apart by their header", async () => {
  await said([user("<<RUN hello>>")], { headers: { "x-claude-code-agent-id": "a1" } });
  expect(model.requests).toMatchObject([{ kind: "subagent", agentId: "a1", script: "hello", step: 0, status: 200 }]);
});

test("errors come with status, type and headers, as often as told in each session", async () => {
  model.script("busy", [overloaded(2, { text: "At last." })]);
  const statuses: number[] = [];
  for (let at = 0; at < 3; at++) statuses.push((await post([user("<<RUN busy>>")])).status);
  expect(statuses).toEqual([529, 529, 200]);
  expect((await post([user("<<RUN busy>>")], { headers: { "x-claude-code-session-id": "s2" } })).status).toBe(529);
  model.script("limit", [usageLimit(1234)]);
  const response = await post([user("<<RUN limit>>")]);
  expect(response.status).toBe(429);
  expect(response.headers.get("anthropic-ratelimit-unified-reset")).toBe("1234");
  expect(await response.json()).toMatchObject({ type: "error", error: { type: "rate_limit_error" } });
  model.script("later", [{ error: { status: 429, type: "rate_limit_error", message: "later", retryAfter: 3 } }]);
  expect((await post([user("<<RUN later>>")])).headers.get("retry-after")).toBe("3");
});

test("a stream can break, end in an error, be late and be slow", async () => {
  const stream = { body: { stream: true } };
  model.script("drop", [{ text: "x".repeat(500), dropTimes: 1 }]);
  await expect(post([user("<<RUN drop>>")], stream).then((response) => response.text())).rejects.toThrow();
  expect(await (await post([user("<<RUN drop>>")], stream)).text()).toContain("message_stop");
  model.script("error", [{ text: "x", streamError: { type: "overloaded_error", message: "Overloaded" } }]);
  expect(await (await post([user("<<RUN error>>")], stream)).text()).toContain("event: error\n");
  model.script("slow", [{ text: "x".repeat(480), delayMs: 50, chunkDelayMs: 10 }]);
  const started = performance.now();
  await (await post([user("<<RUN slow>>")], stream)).text();
  expect(performance.now() - started).toBeGreaterThan(140);
});

test("a pace slows down what has none of its own", async () => {
  await model.close();
  model = await openModel({
    scripts: { quick: [{ text: "x", delayMs: 0 }], usual: [{ text: "x" }] },
    pace: { delayMs: 400, chunkDelayMs: 0 },
  });
  const timed = async (name: string) => {
    const started = performance.now();
    await said([user(`<<RUN ${name}>>`)]);
    return performance.now() - started;
  };
  expect(await timed("usual")).toBeGreaterThan(390);
  expect(await timed("quick")).toBeLessThan(390);
});

test("only its own key is taken, by either header", async () => {
  expect((await post([user("x")], { headers: { "x-api-key": "other" } })).status).toBe(401);
  expect((await post([user("x")], { headers: { "x-api-key": "", authorization: `Bearer ${model.key}` } })).status).toBe(
    200,
  );
});

test("HEAD is answered, tokens are counted, and what is not there is 404", async () => {
  expect((await fetch(model.url, { method: "HEAD" })).status).toBe(200);
  const count = await post([user("x")], { path: "/v1/messages/count_tokens?beta=true" });
  expect(await count.json()).toEqual({ input_tokens: expect.any(Number) });
  expect((await post([], { path: "/v1/other" })).status).toBe(404);
});

test("a script that is not there, or throws, is an error that says so", async () => {
  const missing = await post([user("<<RUN none>>")]);
  expect(missing.status).toBe(400);
  expect(JSON.stringify(await missing.json())).toContain('there is no script \\"none\\"; there are: default, hello');
  model.script("broken", [
    () => {
      throw new Error("oh no");
    },
  ]);
  expect(JSON.stringify(await (await post([user("<<RUN broken>>")])).json())).toContain("oh no");
});

test("bodies of old requests are let go, the requests stay", async () => {
  for (let at = 0; at < 105; at++) await (await post([user("<<RUN hello>>")])).text();
  expect(model.requests.length).toBe(105);
  expect(model.requests.filter((request) => request.body !== null).length).toBe(100);
  expect(model.requests[0]?.body).toBeNull();
  expect(model.firstRequestAt("s1")).toBe(model.requests[0]?.at);
  expect(model.firstRequestAt("s9")).toBeUndefined();
});

test("closing ends requests that wait", async () => {
  model.script("forever", [{ text: "x", delayMs: 600_000 }]);
  const waiting = post([user("<<RUN forever>>")]).catch((error: unknown) => error);
  await expect.poll(() => fetch(model.url, { method: "HEAD" }).then((response) => response.status)).toBe(200);
  await model.close();
  expect(await waiting).toBeInstanceOf(Error);
});
