/** What an instance tells us, as a small union of our own. All text in it is printable and bounded. */
import type { Json } from "./json.ts";

export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export type TodoStatus = "pending" | "in_progress" | "completed";

export interface Todo {
  /** Claude's number for it; null where the list has none. */
  readonly id: string | null;
  readonly content: string;
  readonly status: TodoStatus;
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
  readonly deferred: { readonly id: string; readonly name: string; readonly input: Json } | null;
}

/** Whose words they are: `agent` is the id of the call that started a subagent, null for the main loop. */
interface Spoken {
  readonly messageId: string;
  readonly agent: string | null;
}

export interface Started {
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

export interface Text extends Spoken {
  readonly kind: "text";
  readonly text: string;
}

export interface Thinking extends Spoken {
  readonly kind: "thinking";
  readonly text: string;
}

export interface ToolUse extends Spoken {
  readonly kind: "tool";
  readonly id: string;
  readonly name: string;
  /** The argument that tells most, on one line. */
  readonly summary: string;
}

export interface ToolResult {
  readonly kind: "toolResult";
  readonly id: string;
  readonly isError: boolean;
  readonly excerpt: string;
  readonly agent: string | null;
}

/** The whole todo list. */
export interface Todos {
  readonly kind: "todos";
  readonly todos: readonly Todo[];
}

/** One entry of the todo list became something; null is "as before". */
export interface TodoChanged {
  readonly kind: "todoChanged";
  readonly id: string;
  readonly content: string | null;
  readonly status: TodoStatus | "deleted" | null;
}

/** What one message took; a message may say so more than once. `output` is not final before the turn ends. */
export interface UsageSeen extends Spoken {
  readonly kind: "usage";
  readonly tokens: Tokens;
}

/** The model's API failed and is tried again in `delayMs`. */
export interface Retry {
  readonly kind: "retry";
  readonly attempt: number;
  readonly maxRetries: number;
  readonly delayMs: number;
  /** HTTP status, null when there was no answer. */
  readonly status: number | null;
  readonly error: string;
}

/** What Claude Code knows of the plan's limits; `rejected` with `resetsAt` (milliseconds since the epoch) is a usage limit reached. */
export interface LimitSeen {
  readonly kind: "limit";
  readonly status: string;
  readonly limit: string;
  readonly resetsAt: number | null;
}

/**
 * A message of ours that Claude has taken in, under the id that we gave it. It comes with the first answer to it, not before:
 * while the model thinks or its API is tried again there is none yet.
 */
export interface Replayed {
  readonly kind: "replayed";
  readonly id: string;
  readonly text: string;
}

export type StreamEvent =
  | Started
  | Text
  | Thinking
  | ToolUse
  | ToolResult
  | Todos
  | TodoChanged
  | UsageSeen
  | Retry
  | LimitSeen
  | Replayed
  | { readonly kind: "interrupted" }
  | TurnEnd
  /** A line of a type that we do not read. */
  | { readonly kind: "unknown"; readonly type: string }
  /** A line that is no JSON object, or too long. */
  | { readonly kind: "unreadable"; readonly length: number; readonly excerpt: string };
