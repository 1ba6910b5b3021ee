/** What the model says, written down beforehand. */
import type { Conversation } from "./conversation.ts";

export interface ToolCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
}

/** An answer with an error status. After `times` such answers (per session) the step is answered; without it, never. */
export interface ModelError {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  /** Seconds, for the `retry-after` header. */
  readonly retryAfter?: number;
  readonly times?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One assistant message. Content is sent in this order: thinking, text, tool calls. */
export interface Message {
  readonly thinking?: string;
  readonly text?: string;
  readonly tools?: readonly ToolCall[];
  readonly error?: ModelError;
  /** Milliseconds before the first byte. */
  readonly delayMs?: number;
  /** Milliseconds between two pieces of text: a model that types. */
  readonly chunkDelayMs?: number;
  /** Ends the connection after half of the stream, for this many requests of the session. */
  readonly dropTimes?: number;
  /** Sends this error in the middle of the stream. */
  readonly streamError?: { readonly type: string; readonly message: string };
  /** `end_turn` or `tool_use` unless told: `max_tokens`, `refusal`. */
  readonly stopReason?: string;
  /** Estimated from the lengths unless told. */
  readonly usage?: Partial<Usage>;
}

export type Step = Message | ((conversation: Conversation) => Message);
export type Script = readonly Step[];

/** Gives the script for a prompt without a marker; `undefined` leaves it to an older prompt or the default script. */
export type Choose = (prompt: string, conversation: Conversation) => string | undefined;

/** Said when no script is chosen, or a script has no more steps. */
export const AFTER_SCRIPT: Message = { text: "There is nothing left to do." };

/** The step as a message. */
export function messageAt(script: Script | undefined, conversation: Conversation): Message {
  const step = script?.[conversation.step] ?? AFTER_SCRIPT;
  return typeof step === "function" ? step(conversation) : step;
}

/** The usage limit of a Claude plan: HTTP 429 with the headers that the CLI reads; with an API key it is just a 429. `resetsAt` in Unix seconds; `then` once it is over. */
export function usageLimit(resetsAt: number, times?: number, then: Message = AFTER_SCRIPT): Message {
  const error = {
    status: 429,
    type: "rate_limit_error",
    message: "This request would exceed your account's rate limit. Please try again later.",
    headers: {
      "anthropic-ratelimit-unified-status": "rejected",
      "anthropic-ratelimit-unified-reset": String(resetsAt),
      "anthropic-ratelimit-unified-representative-claim": "five_hour",
      "anthropic-ratelimit-unified-overage-status": "rejected",
    },
  };
  return { ...then, error: times === undefined ? error : { ...error, times } };
}

/** The limit that an organisation has set for its API keys: HTTP 400 in these words. `until` is "2026-12-01 at 00:00". */
export function apiUsageLimit(until: string, times?: number, then: Message = AFTER_SCRIPT): Message {
  const error = {
    status: 400,
    type: "invalid_request_error",
    message: `You have reached your specified API usage limits. You will regain access on ${until} UTC.`,
  };
  return { ...then, error: times === undefined ? error : { ...error, times } };
}

/** An overloaded API (529), for good or `times` times, and `then` the answer. */
export function overloaded(times?: number, then: Message = AFTER_SCRIPT): Message {
  const error = { status: 529, type: "overloaded_error", message: "Overloaded" };
  return { ...then, error: times === undefined ? error : { ...error, times } };
}
