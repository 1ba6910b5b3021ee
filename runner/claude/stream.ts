/**
 * Claude Code's output stream (`--output-format stream-json`, one JSON object a line) as a small union of our own.
 * Tolerant: whatever a line holds, reading it never throws, and what it yields is bounded. Shapes: `claude` 2.1.197.
 */
import { printable, shorten } from "./text.ts";
import { summaryOf, type ToolInput } from "./tools.ts";

/** A line longer than this is not parsed: it becomes a bounded `unreadable` event. 16 Mi characters. */
export const LINE_LIMIT = 16 * 1024 * 1024;
const TEXT_LIMIT = 20_000;
const EXCERPT_LIMIT = 2_000;

export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export interface Todo {
  readonly content: string;
  readonly status: "pending" | "in_progress" | "completed";
}

/** How one turn ended, as Claude's `result` line tells it. */
export interface TurnEnd {
  readonly kind: "turnEnded";
  /** `success`, `error_max_turns`, `error_max_budget_usd`, `error_during_execution`, … `success` may still be an error: see `isError`. */
  readonly subtype: string;
  readonly isError: boolean;
  /** Claude's last words, or the error's text. */
  readonly text: string;
  readonly numTurns: number;
  /** Cumulative for the process, in US dollars, an estimate at list prices. */
  readonly costUsd: number;
  /** Cumulative for the process, all models and subagents. */
  readonly tokens: Tokens;
  readonly contextWindow: number | null;
  readonly terminalReason: string | null;
  readonly stopReason: string | null;
  readonly permissionDenials: readonly { readonly tool: string; readonly id: string }[];
  readonly apiErrorStatus: number | null;
  readonly errors: readonly string[];
  /** A tool call that a `defer` hook put off: the process ends, and a resume asks again. */
  readonly deferred: { readonly id: string; readonly name: string; readonly input: ToolInput } | null;
}

/** What an assistant line says besides its content. `agent` is the id of the subagent's call, null for the main loop. */
interface Spoken {
  readonly messageId: string;
  readonly agent: string | null;
}

export type StreamEvent =
  | {
      readonly kind: "started";
      readonly sessionId: string;
      readonly model: string;
      readonly version: string;
      readonly cwd: string;
      readonly tools: readonly string[];
      readonly permissionMode: string;
      readonly apiKeySource: string;
      readonly mcpServers: readonly string[];
    }
  | (Spoken & { readonly kind: "text"; readonly text: string })
  | (Spoken & { readonly kind: "thinking"; readonly text: string })
  | (Spoken & { readonly kind: "tool"; readonly id: string; readonly name: string; readonly summary: string })
  | {
      readonly kind: "toolResult";
      readonly id: string;
      readonly isError: boolean;
      readonly excerpt: string;
      readonly agent: string | null;
    }
  | { readonly kind: "todos"; readonly todos: readonly Todo[] }
  | (Spoken & { readonly kind: "usage"; readonly tokens: Tokens; readonly context: number })
  | {
      readonly kind: "retry";
      readonly attempt: number;
      readonly maxRetries: number;
      readonly delayMs: number;
      readonly status: number | null;
      readonly error: string;
    }
  | { readonly kind: "replayed"; readonly id: string; readonly text: string }
  | { readonly kind: "interrupted" }
  | TurnEnd
  | { readonly kind: "unknown"; readonly type: string }
  | { readonly kind: "unreadable"; readonly length: number; readonly excerpt: string };

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const objectAt = (value: unknown): Json => (isObject(value) ? value : {});
const listAt = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textAt = (value: unknown): string => (typeof value === "string" ? value : "");
const numberAt = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);
const numberOrNull = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;
const textOrNull = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const bounded = (value: unknown, length = TEXT_LIMIT): string =>
  shorten(printable(textAt(value).slice(0, length * 4)), length);

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
    default:
      return [{ kind: "unknown", type: bounded(json.type, 60) }];
  }
}

function unreadable(line: string): StreamEvent {
  return { kind: "unreadable", length: line.length, excerpt: bounded(line, 200) };
}

function system(json: Json): StreamEvent {
  if (json.subtype === "init")
    return {
      kind: "started",
      sessionId: textAt(json.session_id),
      model: bounded(json.model, 100),
      version: bounded(json.claude_code_version, 40),
      cwd: textAt(json.cwd),
      tools: listAt(json.tools).map((tool) => bounded(tool, 100)),
      permissionMode: bounded(json.permissionMode, 40),
      apiKeySource: bounded(json.apiKeySource, 40),
      mcpServers: listAt(json.mcp_servers).map((server) => bounded(objectAt(server).name, 100)),
    };
  if (json.subtype === "api_retry")
    return {
      kind: "retry",
      attempt: numberAt(json.attempt),
      maxRetries: numberAt(json.max_retries),
      delayMs: numberAt(json.retry_delay_ms),
      status: numberOrNull(json.error_status),
      error: bounded(json.error, 200),
    };
  return { kind: "unknown", type: `system/${bounded(json.subtype, 60)}` };
}

function assistant(json: Json): StreamEvent[] {
  const message = objectAt(json.message);
  const spoken: Spoken = { messageId: textAt(message.id), agent: textOrNull(json.parent_tool_use_id) };
  const events = listAt(message.content).flatMap((each) => content(objectAt(each), spoken));
  // An API error arrives as a message of the model "<synthetic>", without tokens.
  if (isObject(message.usage) && message.model !== "<synthetic>") {
    const tokens = tokensOf(message.usage);
    events.push({ kind: "usage", ...spoken, tokens, context: tokens.input + tokens.cacheRead + tokens.cacheWrite });
  }
  return events;
}

function content(block: Json, spoken: Spoken): StreamEvent[] {
  switch (block.type) {
    case "text":
      return [{ kind: "text", ...spoken, text: bounded(block.text) }];
    case "thinking":
      return [{ kind: "thinking", ...spoken, text: bounded(block.thinking) }];
    case "tool_use": {
      const name = bounded(block.name, 100);
      const input = objectAt(block.input);
      const call: StreamEvent = {
        kind: "tool",
        ...spoken,
        id: textAt(block.id),
        name,
        summary: summaryOf(name, input),
      };
      const todos = name === "TodoWrite" && spoken.agent === null ? todosOf(input) : null;
      return todos === null ? [call] : [call, { kind: "todos", todos }];
    }
    default:
      return [{ kind: "unknown", type: `assistant/${bounded(block.type, 60)}` }];
  }
}

function todosOf(input: Json): Todo[] | null {
  if (!Array.isArray(input.todos)) return null;
  return input.todos.slice(0, 200).map((each) => {
    const { content, status } = objectAt(each);
    const known = status === "in_progress" || status === "completed" ? status : "pending";
    return { content: bounded(content, 300), status: known };
  });
}

function user(json: Json): StreamEvent[] {
  const blocks = contentBlocks(objectAt(json.message).content);
  if (json.isReplay === true)
    return [
      {
        kind: "replayed",
        id: textAt(json.uuid),
        text: bounded(blocks.map((block) => textAt(block.text)).join("\n"), EXCERPT_LIMIT),
      },
    ];
  return blocks.flatMap((block): StreamEvent[] => {
    if (block.type === "tool_result")
      return [
        {
          kind: "toolResult",
          id: textAt(block.tool_use_id),
          isError: block.is_error === true,
          excerpt: bounded(resultText(block.content), EXCERPT_LIMIT),
          agent: textOrNull(json.parent_tool_use_id),
        },
      ];
    if (textAt(block.text).startsWith("[Request interrupted by user")) return [{ kind: "interrupted" }];
    return [{ kind: "unknown", type: `user/${bounded(block.type, 60)}` }];
  });
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
    bounded(typeof error === "string" ? error : JSON.stringify(error), 500),
  );
  const deferred = isObject(json.deferred_tool_use) ? json.deferred_tool_use : null;
  return {
    kind: "turnEnded",
    subtype: bounded(json.subtype, 60),
    isError: json.is_error === true,
    text: bounded(json.result) || errors.join("\n"),
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
      tool: bounded(objectAt(denial).tool_name, 100),
      id: textAt(objectAt(denial).tool_use_id),
    })),
    apiErrorStatus: numberOrNull(json.api_error_status),
    errors,
    deferred:
      deferred === null
        ? null
        : { id: textAt(deferred.id), name: bounded(deferred.name, 100), input: objectAt(deferred.input) },
  };
}
