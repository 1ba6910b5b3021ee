/** The Messages API's answers, byte for byte as the CLI expects them. */
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Message, ModelError, ToolCall, Usage } from "./script.ts";

export interface Block {
  readonly type: "thinking" | "text" | "tool_use";
  readonly text: string;
  readonly tool: ToolCall | null;
  readonly id: string;
}

export interface Answer {
  readonly id: string;
  readonly model: string;
  readonly blocks: readonly Block[];
  readonly stopReason: string;
  readonly usage: Usage;
}

/** A scripted message as an answer; `id` makes its own and its tool calls' ids, `inputLength` estimates the tokens read. */
export function answerOf(message: Message, id: string, model: string, inputLength: number): Answer {
  const blocks: Block[] = [];
  if (message.thinking !== undefined) blocks.push({ type: "thinking", text: message.thinking, tool: null, id: "" });
  if (message.text !== undefined) blocks.push({ type: "text", text: message.text, tool: null, id: "" });
  for (const [at, tool] of (message.tools ?? []).entries())
    blocks.push({ type: "tool_use", text: JSON.stringify(tool.input), tool, id: `toolu_${id}_${at}` });
  const outputLength = blocks.reduce((sum, block) => sum + block.text.length, 0);
  return {
    id: `msg_${id}`,
    model,
    blocks,
    stopReason: message.stopReason ?? ((message.tools ?? []).length > 0 ? "tool_use" : "end_turn"),
    usage: {
      input_tokens: Math.min(2_000, Math.ceil(inputLength / 4)),
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: Math.max(0, Math.ceil(inputLength / 4) - 2_000),
      output_tokens: Math.max(1, Math.ceil(outputLength / 4)),
      ...message.usage,
    },
  };
}

function opening(block: Block): object {
  if (block.type === "thinking") return { type: "thinking", thinking: "", signature: "" };
  if (block.type === "text") return { type: "text", text: "" };
  return { type: "tool_use", id: block.id, name: block.tool?.name, input: {} };
}

function delta(block: Block, piece: string): object {
  if (block.type === "thinking") return { type: "thinking_delta", thinking: piece };
  if (block.type === "text") return { type: "text_delta", text: piece };
  return { type: "input_json_delta", partial_json: piece };
}

function* eventsOf(answer: Answer): Generator<{ type: string } & Record<string, unknown>> {
  const { id, model, usage } = answer;
  yield {
    type: "message_start",
    message: {
      id,
      type: "message",
      role: "assistant",
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { ...usage, output_tokens: 1 },
    },
  };
  for (const [index, block] of answer.blocks.entries()) {
    yield { type: "content_block_start", index, content_block: opening(block) };
    for (const piece of block.text.match(/[\s\S]{1,48}/g) ?? [])
      yield { type: "content_block_delta", index, delta: delta(block, piece) };
    if (block.type === "thinking")
      yield { type: "content_block_delta", index, delta: { type: "signature_delta", signature: "c3RhbmQtaW4=" } };
    yield { type: "content_block_stop", index };
  }
  yield {
    type: "message_delta",
    delta: { stop_reason: answer.stopReason, stop_sequence: null },
    usage: { output_tokens: usage.output_tokens },
  };
  yield { type: "message_stop" };
}

export interface StreamFaults {
  readonly chunkDelayMs: number;
  /** Cuts the connection half-way. */
  readonly drop: boolean;
  readonly error: { readonly type: string; readonly message: string } | null;
}

/** Sends an answer as server-sent events. Ends early, without throwing, when the client has gone. */
export async function sendStream(response: ServerResponse, answer: Answer, faults: StreamFaults, signal: AbortSignal) {
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    "request-id": answer.id,
  });
  const events = [...eventsOf(answer)];
  const middle = Math.ceil(events.length / 2);
  for (const [at, event] of events.entries()) {
    if (signal.aborted) return;
    if (at === middle && faults.drop) return void response.destroy();
    if (at === middle && faults.error !== null) {
      send(response, "error", { type: "error", error: faults.error });
      return void response.end();
    }
    send(response, event.type, event);
    if (faults.chunkDelayMs > 0 && event.type === "content_block_delta")
      await sleep(faults.chunkDelayMs, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
  }
  response.end();
}

function send(response: ServerResponse, event: string, value: object): void {
  response.write(`event: ${event}\ndata: ${JSON.stringify(value)}\n\n`);
}

/** Sends an answer as one JSON message. */
export function sendMessage(response: ServerResponse, answer: Answer): void {
  sendJson(response, 200, {
    id: answer.id,
    type: "message",
    role: "assistant",
    model: answer.model,
    content: answer.blocks.map((block) => {
      if (block.type === "tool_use") return { ...opening(block), input: block.tool?.input };
      return block.type === "text"
        ? { type: "text", text: block.text }
        : { type: "thinking", thinking: block.text, signature: "c3RhbmQtaW4=" };
    }),
    stop_reason: answer.stopReason,
    stop_sequence: null,
    usage: answer.usage,
  });
}

/** Sends an API error. */
export function sendError(response: ServerResponse, error: ModelError, id: string): void {
  const retryAfter = error.retryAfter === undefined ? {} : { "retry-after": String(error.retryAfter) };
  sendJson(
    response,
    error.status,
    { type: "error", error: { type: error.type, message: error.message }, request_id: `req_${id}` },
    { ...retryAfter, ...error.headers },
  );
}

/** Sends JSON with a status. */
export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(value));
}
