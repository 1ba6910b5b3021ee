/** What a request of the Claude Code CLI asks, read from its headers and body (wire format of 2.1.197). */
import type { IncomingHttpHeaders } from "node:http";
import type { Choose } from "./script.ts";

type Json = Readonly<Record<string, unknown>>;

/** `fallback` is the main loop again without streaming, after a broken stream. */
export type RequestKind = "main" | "subagent" | "title" | "compaction" | "classifier" | "other";

export interface Conversation {
  readonly kind: RequestKind;
  readonly sessionId: string;
  readonly agentId: string | null;
  readonly model: string;
  /** The user text that chose the script, else the newest one. */
  readonly prompt: string;
  /** The script's name, `default` when nothing chose one. */
  readonly script: string;
  /** Assistant messages since the text that chose the script. */
  readonly step: number;
  /** All texts of people since then, oldest first: the prompt and what was said after it. */
  readonly said: readonly string[];
  /** Texts of the tool results since then, oldest first. */
  readonly results: readonly string[];
  readonly toolNames: readonly string[];
  readonly system: string;
  /** The folder that Claude works in, as its system prompt names it; empty when it does not. */
  readonly cwd: string;
  readonly streaming: boolean;
  readonly body: Json;
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const header = (value: string | string[] | undefined): string | null => (typeof value === "string" ? value : null);

function blocksOf(content: unknown): readonly Json[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : objects(content);
}

function textsOf(content: unknown, type = "text"): string[] {
  return blocksOf(content)
    .filter((block) => block.type === type)
    .map((block) => (type === "tool_result" ? textsOf(block.content).join("\n") : String(block.text ?? "")));
}

/** How the CLI tells the model what people said while it worked: behind a tool's result, or as a message of the role "system". */
const STEERED = /The user sent a new message while you were working:\n([\s\S]*?)\n\nIMPORTANT:/g;

/** What people said in a message: its texts without the reminders that the CLI puts before them, and what it was steered by. */
function saidIn(message: Json): string[] {
  const texts = [...textsOf(message.content), ...textsOf(message.content, "tool_result")];
  const steered = texts.flatMap((text) => [...text.matchAll(STEERED)].map((match) => match[1] ?? ""));
  const own = textsOf(message.content).filter((text) => !text.trimStart().startsWith("<system-reminder>"));
  return [...(message.role === "user" ? own : []), ...steered];
}

/**
 * Reads a request. The newest text with `<<RUN name>>` chooses the script, else the newest for which `choose` has a name;
 * the step is the number of assistant messages after it. So the answer depends on the request alone, across restarts and resumes.
 */
export function readConversation(headers: IncomingHttpHeaders, body: Json, choose: Choose): Conversation {
  const messages = objects(body.messages);
  const system = textsOf(body.system).join("\n");
  const base = {
    sessionId: header(headers["x-claude-code-session-id"]) ?? "",
    agentId: header(headers["x-claude-code-agent-id"]),
    model: String(body.model ?? "unknown"),
    toolNames: objects(body.tools).map((tool) => String(tool.name)),
    system,
    cwd: /^ - Primary working directory: (.*)$/m.exec(system)?.[1] ?? "",
    streaming: body.stream === true,
    body,
    kind: kindOf(headers, body, messages),
  };
  const since = (at: number) => {
    const later = messages.slice(at);
    return {
      step: later.filter((message) => message.role === "assistant" && !isFiller(message)).length,
      said: later.flatMap(saidIn),
      results: later.flatMap((message) => textsOf(message.content, "tool_result")),
    };
  };
  const prompts = messages
    .map((message, at) => ({ at, text: saidIn(message).join("\n") }))
    .filter(({ text }) => text !== "");
  for (const { at, text } of prompts.toReversed()) {
    const marker = [...text.matchAll(/<<RUN ([\w./-]+)>>/g)].at(-1)?.[1];
    const seen = { ...base, prompt: text, script: "default", ...since(at) };
    const script = marker ?? choose(text, seen);
    if (script !== undefined) return { ...seen, script };
  }
  const first = prompts[0]?.at ?? 0;
  return { ...base, prompt: prompts.at(-1)?.text ?? "", script: "default", ...since(first) };
}

/** The CLI puts this in place of a tool call that a crash cut off; it is no step of a script. */
function isFiller(message: Json): boolean {
  return (
    textsOf(message.content).join("").trim() === "No response requested." && blocksOf(message.content).length === 1
  );
}

function kindOf(headers: IncomingHttpHeaders, body: Json, messages: readonly Json[]): RequestKind {
  if (header(headers["x-claude-code-agent-id"]) !== null) return "subagent";
  const tools = objects(body.tools).length;
  if (tools > 0) {
    const last = textsOf(messages.at(-1)?.content).at(-1) ?? "";
    return last.startsWith("CRITICAL: Respond with TEXT ONLY") ? "compaction" : "main";
  }
  const stops: unknown = body.stop_sequences;
  if (Array.isArray(stops) && stops.includes("</block>")) return "classifier";
  return JSON.stringify(body.output_config ?? null).includes('"title"') ? "title" : "other";
}
