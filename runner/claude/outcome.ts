/**
 * How an instance ended, in one of our reasons with a sentence for people. Claude Code's exit code and `subtype` are not enough:
 * an API error ends as `subtype: "success"` with `is_error: true`, an interrupt exits 0 or 1 (tried with 2.1.197).
 */
import type { LimitSeen, TurnEnd } from "./events.ts";
import { oneLine } from "./text.ts";

export interface Ended {
  /** The newest turn's end; null when a turn was open or there was none (`Progress.lastTurn`). */
  readonly lastTurn: TurnEnd | null;
  readonly exit: { readonly code: number | null; readonly signal: string | null; readonly oom?: boolean };
  readonly stderr: string;
  /** The newest word about the plan's limits (`Progress.limit`). */
  readonly limit?: LimitSeen | null;
}

export type FailureReason = keyof typeof FAILURES;

export type Outcome =
  | { readonly kind: "finished" }
  /** A tool call waits for a person: resume the session when there is an answer. */
  | { readonly kind: "waiting"; readonly deferred: NonNullable<TurnEnd["deferred"]> }
  /** `until` in milliseconds since the epoch; null when Claude did not say. */
  | {
      readonly kind: "usage_limit";
      readonly until: number | null;
      readonly sentence: string;
      readonly advice: string;
    }
  | {
      readonly kind: "failed";
      readonly reason: FailureReason;
      /** What happened. */
      readonly sentence: string;
      /** What a person can do. */
      readonly advice: string;
      /** Whether the same may go well later without anybody doing anything. */
      readonly retryable: boolean;
    };

interface Failure {
  readonly sentence: string;
  readonly advice: string;
  readonly retryable: boolean;
}

const LOG_IN = "Run `claude` on the runner's machine and log in, or give the runner a valid API key; then retry.";
const LATER = "It is tried again by itself; see https://status.claude.com when it goes on.";

/** Every reason for which an instance can fail. */
const FAILURES = {
  claude_missing: {
    sentence: "The program `claude` could not be started on the runner's machine.",
    advice: "Install Claude Code there (`npm install -g @anthropic-ai/claude-code`) or tell the runner where it is.",
    retryable: false,
  },
  claude_incompatible: {
    sentence: "This version of Claude Code does not know an option that the runner needs.",
    advice: "Update Claude Code on the runner's machine (`claude update`), then retry.",
    retryable: false,
  },
  not_logged_in: { sentence: "Claude Code is not logged in, or its key is refused.", advice: LOG_IN, retryable: false },
  no_credit: {
    sentence: "The account that Claude Code uses has no credit left.",
    advice: "Add credit at https://platform.claude.com/settings/billing, then retry.",
    retryable: false,
  },
  rate_limited: {
    sentence: "The model's API refused because of too many requests.",
    advice: "It is tried again by itself; fewer slots on the runners make it rarer.",
    retryable: true,
  },
  model_overloaded: { sentence: "The model's API is overloaded.", advice: LATER, retryable: true },
  model_unavailable: { sentence: "The model's API failed.", advice: LATER, retryable: true },
  model_unreachable: {
    sentence: "The model's API could not be reached from the runner's machine.",
    advice: "Check that machine's network and proxy. It is tried again by itself.",
    retryable: true,
  },
  model_unknown: {
    sentence: "The model is not known, or the account may not use it.",
    advice: "Name another model in the repository's or the runner's configuration, then retry.",
    retryable: false,
  },
  prompt_too_long: {
    sentence: "The conversation has become too long for the model.",
    advice: "Split the task into smaller issues, or retry with a fresh session.",
    retryable: false,
  },
  request_rejected: {
    sentence: "The model's API did not accept the request.",
    advice: "The message above says why; change that, then retry.",
    retryable: false,
  },
  refused: {
    sentence: "The model declined to work on this.",
    advice: "Say it in other words in the issue, then retry.",
    retryable: false,
  },
  output_too_long: {
    sentence: "An answer of the model was cut off at its length limit.",
    advice: "Split the task into smaller issues, then retry.",
    retryable: false,
  },
  max_turns: {
    sentence: "Claude used up the turns that it may take.",
    advice: "Raise the limit in `.github/cc-orchestrator.yml` or split the task, then retry: the session goes on.",
    retryable: false,
  },
  max_budget: {
    sentence: "Claude used up the money that this run may cost.",
    advice: "Raise the budget in `.github/cc-orchestrator.yml` or split the task, then retry: the session goes on.",
    retryable: false,
  },
  interrupted: { sentence: "Claude was interrupted.", advice: "Retry to go on where it stopped.", retryable: false },
  // Also what a resume meets when the first process was killed within its first quarter of a second: begin the session anew.
  session_unknown: {
    sentence: "Claude Code does not find the session that should go on.",
    advice: "Retry with a fresh session; the branch keeps the work so far.",
    retryable: false,
  },
  session_in_use: {
    sentence: "A session with this id is there already.",
    advice: "Retry: the next attempt gets a session of its own.",
    retryable: true,
  },
  out_of_memory: {
    sentence: "Claude Code was stopped because the machine ran out of memory.",
    advice: "Give the runner fewer slots or more memory, then retry.",
    retryable: true,
  },
  agent_killed: {
    sentence: "Claude Code was killed before it was done.",
    advice: "Retry to go on: the worktree keeps the work so far.",
    retryable: true,
  },
  agent_failed: {
    sentence: "Claude Code ended with an error.",
    advice: "See the run's log, then retry.",
    retryable: true,
  },
  hook_stopped: {
    sentence: "A hook stopped Claude before it was done.",
    advice: "See the run's log for the hook's words, then retry.",
    retryable: false,
  },
  no_result: {
    sentence: "Claude Code ended without a result.",
    advice: "See the run's log, then retry.",
    retryable: true,
  },
} satisfies Record<string, Failure>;

/** How it ended. A turn that ended well counts as such, whatever became of the process afterwards. */
export function outcomeOf({ lastTurn, exit, stderr, limit = null }: Ended): Outcome {
  if (lastTurn === null) return failed(reasonOfProcess(exit, stderr), lastLine(stderr), exit);
  if (lastTurn.deferred !== null) return { kind: "waiting", deferred: lastTurn.deferred };
  if (!lastTurn.isError && lastTurn.terminalReason === "hook_stopped") return failed("hook_stopped", "", exit);
  if (!lastTurn.isError) return { kind: "finished" };
  if (isUsageLimit(lastTurn, limit)) return usageLimit(lastTurn, limit);
  return failed(reasonOfTurn(lastTurn), lastTurn.text, exit);
}

function failed(reason: FailureReason, said: string, exit: Ended["exit"]): Outcome {
  const { sentence, advice, retryable }: Failure = FAILURES[reason];
  const signal = reason === "agent_killed" ? signalOf(exit) : null;
  const more = signal === null ? oneLine(said, 300) : signal;
  return { kind: "failed", reason, sentence: more === "" ? sentence : `${sentence} (${more})`, advice, retryable };
}

/** First match wins. */
const BY_TEXT: readonly (readonly [RegExp, FailureReason])[] = [
  [/credit balance is too low|out of usage credits/i, "no_credit"],
  [/prompt is too long/i, "prompt_too_long"],
  [
    /not logged in|please run \/login|invalid api key|failed to authenticate|oauth token|disabled .*(api key|subscription)/i,
    "not_logged_in",
  ],
  [/no conversation found/i, "session_unknown"],
  [/issue with the selected model/i, "model_unknown"],
  [/unable to connect|connection error|timed? ?out|socket|ECONN|ENOTFOUND|EAI_AGAIN/i, "model_unreachable"],
  [/overloaded/i, "model_overloaded"],
  [/output token maximum|max_tokens/i, "output_too_long"],
];

function reasonOfTurn(turn: TurnEnd): FailureReason {
  if (turn.subtype === "error_max_turns") return "max_turns";
  if (turn.subtype === "error_max_budget_usd") return "max_budget";
  if (turn.terminalReason?.startsWith("aborted") === true) return "interrupted";
  if (turn.stopReason === "refusal") return "refused";
  if (turn.stopReason === "max_tokens") return "output_too_long";
  // Texts before statuses: "credit balance is too low" comes as a plain 400.
  const byText = BY_TEXT.find(([pattern]) => pattern.test(turn.text))?.[1];
  return (byText === "model_unreachable" ? null : byText) ?? byStatus(turn.apiErrorStatus) ?? byText ?? "agent_failed";
}

function byStatus(status: number | null): FailureReason | null {
  if (status === null) return null;
  if (status === 401 || status === 403) return "not_logged_in";
  if (status === 404) return "model_unknown";
  if (status === 413) return "prompt_too_long";
  if (status === 429) return "rate_limited";
  if (status === 529) return "model_overloaded";
  return status >= 500 ? "model_unavailable" : "request_rejected";
}

const BY_STDERR: readonly (readonly [RegExp, FailureReason])[] = [
  [/no conversation found/i, "session_unknown"],
  [/session id .* is already in use/i, "session_in_use"],
  [/unknown option|cannot be used with root|invalid .*(option|argument)|requires --/i, "claude_incompatible"],
  [/\bENOENT\b|command not found|no such file or directory|exec format error|\bEACCES\b/i, "claude_missing"],
  [/out of memory|\bENOMEM\b/i, "out_of_memory"],
];

function reasonOfProcess(exit: Ended["exit"], stderr: string): FailureReason {
  if (exit.oom === true) return "out_of_memory";
  if (signalOf(exit) !== null) return "agent_killed";
  if (exit.code === 126 || exit.code === 127) return "claude_missing";
  const byStderr = BY_STDERR.find(([pattern]) => pattern.test(stderr))?.[1];
  if (byStderr !== undefined) return byStderr;
  return exit.code === 0 ? "no_result" : "agent_failed";
}

/** A shell or a launcher tells a signal as 128 + its number. */
const SIGNALS: Readonly<Record<number, string>> = {
  129: "SIGHUP",
  130: "SIGINT",
  134: "SIGABRT",
  137: "SIGKILL",
  139: "SIGSEGV",
  143: "SIGTERM",
};

function signalOf(exit: Ended["exit"]): string | null {
  return exit.signal ?? SIGNALS[exit.code ?? 0] ?? null;
}

const LIMIT_TEXT = /(hit your .*limit|usage limit reached|limit reached .*resets)/i;

function isUsageLimit(turn: TurnEnd, limit: LimitSeen | null): boolean {
  return LIMIT_TEXT.test(turn.text) || (turn.apiErrorStatus === 429 && limit?.status === "rejected");
}

function usageLimit(turn: TurnEnd, limit: LimitSeen | null): Outcome {
  // Older versions put the second into the text: "Claude AI usage limit reached|1760000000".
  const second = /\|(\d{10})\b/.exec(turn.text)?.[1];
  const until = limit?.status === "rejected" ? limit.resetsAt : null;
  return {
    kind: "usage_limit",
    until: until ?? (second === undefined ? null : Number(second) * 1000),
    sentence: `The Claude plan's usage limit is reached. (${oneLine(turn.text, 200)})`,
    advice:
      "The run goes on by itself when the limit is lifted. Another login or an API key on the runner helps sooner.",
  };
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}
