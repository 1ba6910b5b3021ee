/** Where an instance stands, from its events alone. */
import type { LimitSeen, StreamEvent, Todo, Tokens, TurnEnd } from "./events.ts";
import { oneLine } from "./text.ts";
import { changed } from "./todos.ts";
import { activityOf, relativeTo } from "./tools.ts";

export interface Progress {
  readonly sessionId: string | null;
  readonly model: string | null;
  readonly version: string | null;
  readonly cwd: string | null;
  /** What it is doing, in words: "running: npm test". */
  readonly activity: string;
  readonly todos: readonly Todo[];
  /** Of this process: exact after each turn, before that without what is being written. */
  readonly tokens: Tokens;
  /** Of this process, in US dollars, as of the last turn's end. */
  readonly costUsd: number;
  /** Tokens in the main loop's newest request. */
  readonly context: number;
  readonly contextWindow: number | null;
  readonly lastText: string;
  readonly toolCalls: number;
  /** Messages of ours that Claude has taken in. */
  readonly delivered: readonly string[];
  /** How the newest turn ended; null while one is open. */
  readonly lastTurn: TurnEnd | null;
  /** The newest word about the plan's limits. */
  readonly limit: LimitSeen | null;
  readonly unknownLines: number;
  readonly unreadableLines: number;
  /** The newest counted message of each agent: its usage counts once. */
  readonly counted: Readonly<Record<string, string>>;
}

export const NO_TOKENS: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** Before the first event of a process. */
export const AT_START: Progress = {
  sessionId: null,
  model: null,
  version: null,
  cwd: null,
  activity: "starting",
  todos: [],
  tokens: NO_TOKENS,
  costUsd: 0,
  context: 0,
  contextWindow: null,
  lastText: "",
  toolCalls: 0,
  delivered: [],
  lastTurn: null,
  limit: null,
  unknownLines: 0,
  unreadableLines: 0,
  counted: {},
};

/** Where one process stands after these events. Tokens and costs of several processes add up; a resume begins at nothing. */
export function progressOf(events: Iterable<StreamEvent>, from: Progress = AT_START): Progress {
  let progress = from;
  for (const event of events) progress = advance(progress, event);
  return progress;
}

/** Where the process stands after one more event. */
export function advance(progress: Progress, event: StreamEvent): Progress {
  switch (event.kind) {
    case "started": {
      const { sessionId, model, version, cwd } = event;
      // This line comes again at each turn.
      return { ...progress, sessionId, model, version, cwd, activity: "thinking", lastTurn: null };
    }
    case "replayed":
      return { ...progress, delivered: [...progress.delivered, event.id], lastTurn: null };
    case "text":
      return event.agent === null ? { ...progress, lastText: event.text, activity: "writing" } : progress;
    case "thinking":
      return event.agent === null ? { ...progress, activity: "thinking" } : progress;
    case "tool": {
      const doing = activityOf(event.name, relativeTo(progress.cwd, event.summary));
      const activity = event.agent === null ? doing : oneLine(`subagent: ${doing}`, 120);
      return { ...progress, activity, toolCalls: progress.toolCalls + 1 };
    }
    case "toolResult":
      return event.agent === null ? { ...progress, activity: "thinking" } : progress;
    case "todos":
      return { ...progress, todos: event.todos };
    case "todoChanged":
      return { ...progress, todos: changed(progress.todos, event) };
    case "usage": {
      const agent = event.agent ?? "";
      if (progress.counted[agent] === event.messageId) return progress;
      const { input, cacheRead, cacheWrite } = event.tokens;
      return {
        ...progress,
        tokens: sum(progress.tokens, event.tokens),
        context: event.agent === null ? input + cacheRead + cacheWrite : progress.context,
        counted: { ...progress.counted, [agent]: event.messageId },
      };
    }
    case "retry":
      return {
        ...progress,
        activity: `waiting for the model's API (${event.status ?? "no answer"}, try ${event.attempt} of ${event.maxRetries})`,
      };
    case "limit":
      return { ...progress, limit: event };
    case "interrupted":
      return { ...progress, activity: "interrupted" };
    case "turnEnded":
      return {
        ...progress,
        activity: event.deferred === null ? "turn done" : "waiting for an answer",
        lastTurn: event,
        costUsd: event.costUsd,
        tokens: event.tokens,
        contextWindow: event.contextWindow ?? progress.contextWindow,
        counted: {},
      };
    case "unknown":
      return { ...progress, unknownLines: progress.unknownLines + 1 };
    case "unreadable":
      return { ...progress, unreadableLines: progress.unreadableLines + 1 };
  }
}

/** Both amounts together. */
export function sum(a: Tokens, b: Tokens): Tokens {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
  };
}
