/**
 * Reads Claude Code's output stream (`--output-format stream-json`, one JSON object a line; shapes of `claude` 2.1.197).
 * Tolerant: whatever a line holds, reading it never throws, and what it yields is bounded (F33).
 */
import type { StreamEvent, Tokens, TurnEnd } from "./events.ts";
import {
  boundedLine,
  boundedText,
  isObject,
  type Json,
  listAt,
  numberAt,
  numberOrNull,
  objectAt,
  textAt,
  textOrNull,
} from "./json.ts";
import { todoEvents, todosOf } from "./todos.ts";
import { summaryOf } from "./tools.ts";

/** A line longer than this many characters is not parsed: it becomes a bounded `unreadable` event. */
export const LINE_LIMIT = 16 * 1024 * 1024;
const TEXT_LIMIT = 20_000;
const EXCERPT_LIMIT = 2_000;

/** The facts in one line of the stream; none for an empty line. One line can hold several: a message's text and its usage. */
export function parseLine(line: string): StreamEvent[] {
  if (line.length > LINE_LIMIT) return [unreadable(line)];
  const trimmed = line.trim();
  if (trimmed === "") return [];
  let json: unknown;
  try {
    json = JSON.parse(trimmed);
  } catch {
    return [unreadable(line)];
  }
  if (!isObject(json)) return [unreadable(line)];
  switch (json.type) {
    case "system":
      return [system(json)];
    case "assistant":
      return assistant(json);
    case "user":
      return user(json);
    case "result":
      return [turnEnd(json)];
    case "rate_limit_event":
      return [limit(objectAt(json.rate_limit_info))];
    default:
      return [{ kind: "unknown", type: boundedLine(json.type, 60) }];
  }
}

function unreadable(line: string): StreamEvent {
  return { kind: "unreadable", length: line.length, excerpt: boundedLine(line, 200) };
}

function system(json: Json): StreamEvent {
  if (json.subtype === "init")
    return {
      kind: "started",
      sessionId: boundedLine(json.session_id, 100),
      model: boundedLine(json.model, 100),
      version: boundedLine(json.claude_code_version, 40),
      cwd: textAt(json.cwd),
      tools: listAt(json.tools).map((tool) => boundedLine(tool, 100)),
      permissionMode: boundedLine(json.permissionMode, 40),
      apiKeySource: boundedLine(json.apiKeySource, 40),
      mcpServers: listAt(json.mcp_servers).map((server) => boundedLine(objectAt(server).name, 100)),
    };
  if (json.subtype === "api_retry")
    return {
      kind: "retry",
      attempt: numberAt(json.attempt),
      maxRetries: numberAt(json.max_retries),
      delayMs: numberAt(json.retry_delay_ms),
      status: numberOrNull(json.error_status),
      error: boundedLine(json.error, 200),
    };
  return { kind: "unknown", type: `system/${boundedLine(json.subtype, 60)}` };
}

function limit(info: Json): StreamEvent {
  const seconds = numberOrNull(info.resetsAt);
  return {
    kind: "limit",
    status: boundedLine(info.status, 40),
    limit: boundedLine(info.rateLimitType, 60),
    resetsAt: seconds === null ? null : seconds * 1000,
  };
}

function assistant(json: Json): StreamEvent[] {
  const message = objectAt(json.message);
  const spoken = { messageId: boundedLine(message.id, 200), agent: textOrNull(json.parent_tool_use_id) };
  const events = listAt(message.content).flatMap((each) => content(objectAt(each), spoken));
  // An API error arrives as a message of the model "<synthetic>", which took no tokens.
  if (isObject(message.usage) && message.model !== "<synthetic>")
    events.push({ kind: "usage", ...spoken, tokens: tokensOf(message.usage) });
  return events;
}

function content(block: Json, spoken: { messageId: string; agent: string | null }): StreamEvent[] {
  switch (block.type) {
    case "text":
      return [{ kind: "text", ...spoken, text: boundedText(block.text, TEXT_LIMIT) }];
    case "thinking":
      return [{ kind: "thinking", ...spoken, text: boundedText(block.thinking, TEXT_LIMIT) }];
    case "tool_use": {
      const name = boundedLine(block.name, 100);
      const input = objectAt(block.input);
      const id = boundedLine(block.id, 200);
      const call: StreamEvent = { kind: "tool", ...spoken, id, name, summary: summaryOf(name, input) };
      if (name !== "TodoWrite" || !Array.isArray(input.todos) || spoken.agent !== null) return [call];
      return [call, { kind: "todos", todos: todosOf(input.todos) }];
    }
    default:
      return [{ kind: "unknown", type: `assistant/${boundedLine(block.type, 60)}` }];
  }
}

function user(json: Json): StreamEvent[] {
  const blocks = contentBlocks(objectAt(json.message).content);
  if (json.isReplay === true) {
    const text = blocks.map((block) => textAt(block.text)).join("\n");
    return [{ kind: "replayed", id: boundedLine(json.uuid, 200), text: boundedText(text, EXCERPT_LIMIT) }];
  }
  const agent = textOrNull(json.parent_tool_use_id);
  const events = blocks.flatMap((block): StreamEvent[] => {
    if (block.type === "tool_result") {
      const excerpt = boundedText(resultText(block.content), EXCERPT_LIMIT);
      return [
        {
          kind: "toolResult",
          id: boundedLine(block.tool_use_id, 200),
          isError: block.is_error === true,
          excerpt,
          agent,
        },
      ];
    }
    if (textAt(block.text).startsWith("[Request interrupted by user")) return [{ kind: "interrupted" }];
    return [{ kind: "unknown", type: `user/${boundedLine(block.type, 60)}` }];
  });
  return agent === null ? [...events, ...todoEvents(json.tool_use_result)] : events;
}

function contentBlocks(content: unknown): readonly Json[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : listAt(content).map(objectAt);
}

function resultText(content: unknown): string {
  return contentBlocks(content)
    .map((block) => (block.type === "text" ? textAt(block.text) : `[${textAt(block.type)}]`))
    .join("\n");
}

function tokensOf(usage: Json): Tokens {
  return {
    input: numberAt(usage.input_tokens),
    output: numberAt(usage.output_tokens),
    cacheRead: numberAt(usage.cache_read_input_tokens),
    cacheWrite: numberAt(usage.cache_creation_input_tokens),
  };
}

function turnEnd(json: Json): TurnEnd {
  const models = Object.values(objectAt(json.modelUsage)).map(objectAt);
  const sum = (field: string) => models.reduce((total, model) => total + numberAt(model[field]), 0);
  const errors = listAt(json.errors).map((error) =>
    boundedText(typeof error === "string" ? error : JSON.stringify(error), 500),
  );
  const deferred = isObject(json.deferred_tool_use) ? json.deferred_tool_use : null;
  return {
    kind: "turnEnded",
    subtype: boundedLine(json.subtype, 60),
    isError: json.is_error === true,
    text: boundedText(json.result, TEXT_LIMIT) || errors.join("\n"),
    numTurns: numberAt(json.num_turns),
    costUsd: numberAt(json.total_cost_usd),
    tokens: {
      input: sum("inputTokens"),
      output: sum("outputTokens"),
      cacheRead: sum("cacheReadInputTokens"),
      cacheWrite: sum("cacheCreationInputTokens"),
    },
    contextWindow: models.length === 0 ? null : Math.max(...models.map((model) => numberAt(model.contextWindow))),
    terminalReason: textOrNull(json.terminal_reason),
    stopReason: textOrNull(json.stop_reason),
    permissionDenials: listAt(json.permission_denials).map((denial) => ({
      tool: boundedLine(objectAt(denial).tool_name, 100),
      id: boundedLine(objectAt(denial).tool_use_id, 200),
    })),
    apiErrorStatus: numberOrNull(json.api_error_status),
    errors,
    deferred:
      deferred === null
        ? null
        : { id: boundedLine(deferred.id, 200), name: boundedLine(deferred.name, 100), input: objectAt(deferred.input) },
  };
}
