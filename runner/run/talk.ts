import type { LogLine, Progress as ReportedProgress } from "#protocol/report.ts";
import type { StreamEvent } from "#runner/claude/events.ts";
import type { Progress } from "#runner/claude/progress.ts";
import { relativeTo } from "#runner/claude/tools.ts";
import type { RunContext } from "./context.ts";
import { type Spent, spentBy, together } from "./spent.ts";

/** Progress leaves the machine at most this often. */
const progressMs = 2_000;
const linesMs = 500;
const batchLines = 100;

/** The most lines in one report. */
const reportLines = 400;

/** Turns what an instance says into reports: log lines in batches, progress when it changed. */
export type Talk = {
  /** All that one line of the transcript tells; `end` is the offset behind it, in bytes. */
  hear(events: readonly StreamEvent[], end: number, cwd: string | null): void;
  progress(progress: Progress): void;
  /** Sends what is still held back. */
  flush(): void;
};

/** Speaks for the run's present instance. */
export function openTalk(context: RunContext): Talk {
  const { instance, spentUsd, spentTokens } = context.memory.now;
  const lines: LogLine[] = [];
  let heard = context.heard(instance);
  let told = "";
  let waiting: ReportedProgress | null = null;
  let linesTimer: NodeJS.Timeout | undefined;
  let progressTimer: NodeJS.Timeout | undefined;

  const sendLines = () => {
    clearTimeout(linesTimer);
    linesTimer = undefined;
    // How far the transcript has been told is written with the last of the lines: none is lost or told twice.
    while (lines.length > 0) {
      const some = lines.splice(0, reportLines);
      const mark = lines.length === 0 ? { heard: { instance, bytes: heard } } : {};
      context.report({ kind: "log", lines: some }, mark);
    }
  };
  const sendProgress = () => {
    clearTimeout(progressTimer);
    progressTimer = undefined;
    if (waiting !== null) context.report({ kind: "progress", progress: waiting });
    waiting = null;
  };
  return {
    hear(events, end, cwd) {
      if (end <= heard) return;
      heard = end;
      for (const event of events) {
        const line = lineOf(event, cwd);
        if (line === null) continue;
        lines.push({ at: new Date().toISOString(), kind: line.kind, text: context.redact(line.text).slice(0, 8_000) });
      }
      if (lines.length >= batchLines) sendLines();
      else if (lines.length > 0) linesTimer ??= setTimeout(sendLines, linesMs);
    },
    progress(progress) {
      const reported = reportedOf(context, progress, { usd: spentUsd, ...spentTokens });
      const text = JSON.stringify(reported);
      if (text === told) return;
      told = text;
      const isFirst = waiting === null && progressTimer === undefined;
      waiting = reported;
      if (!isFirst) return;
      progressTimer = setTimeout(sendProgress, progressMs);
    },
    flush() {
      sendLines();
      sendProgress();
    },
  };
}

/** @param cwd taken off paths: where the worktree lies on this machine is nobody's business elsewhere */
function lineOf(event: StreamEvent, cwd: string | null): { kind: LogLine["kind"]; text: string } | null {
  switch (event.kind) {
    case "text":
      return { kind: "say", text: event.text };
    case "thinking":
      return event.text === "" ? null : { kind: "think", text: event.text };
    case "tool":
      return { kind: "tool", text: `${event.name} ${relativeTo(cwd, event.summary)}`.trim() };
    case "toolResult":
      return { kind: "result", text: event.isError ? `error: ${event.excerpt}` : event.excerpt };
    case "retry":
      return { kind: "note", text: `model API: ${event.error} (${event.status ?? "no answer"}), try ${event.attempt}` };
    case "unreadable":
      return { kind: "note", text: `a line of ${event.length} characters could not be read: ${event.excerpt}` };
    default:
      return null;
  }
}

const todoStates = { pending: "pending", in_progress: "in_progress", completed: "done" } as const;

function reportedOf(context: RunContext, progress: Progress, before: Spent): ReportedProgress {
  const { usd, ...tokens } = together(before, spentBy(progress));
  return {
    activity: context.redact(progress.activity).slice(0, 300),
    todos: progress.todos
      .slice(0, 50)
      .map((todo) => ({ text: context.redact(todo.content).slice(0, 500), state: todoStates[todo.status] })),
    // Each answer of the model but the last one calls tools.
    turns: progress.toolCalls + 1,
    ...(progress.context > 0 ? { context: { tokens: progress.context, window: progress.contextWindow } } : {}),
    ...tokens,
    costUsd: usd,
  };
}
