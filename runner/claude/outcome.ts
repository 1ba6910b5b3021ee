/**
 * How an instance ended, in one of our reasons with a sentence for people. Claude Code's exit code and `subtype` are not enough:
 * an API error ends as `subtype: "success"` with `is_error: true`, an interrupt exits 0 or 1 (tried with 2.1.197).
 */
import type { LimitSeen, TurnEnd } from "./events.ts";
import { FAILURES, type Failure, type FailureReason } from "./failures.ts";
import { oneLine } from "./text.ts";

export interface Ended {
  /** The newest turn's end; null when a turn was open or there was none (`Progress.lastTurn`). */
  readonly lastTurn: TurnEnd | null;
  readonly exit: { readonly code: number | null; readonly signal: string | null; readonly oom?: boolean };
  readonly stderr: string;
  /** The newest word about the plan's limits (`Progress.limit`). */
  readonly limit?: LimitSeen | null;
  /** The status for which we ended it while it was trying again, though trying cures nothing. */
  readonly refusedStatus?: number | null;
}

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

/** How it ended. A turn that ended well counts as such, whatever became of the process afterwards. */
export function outcomeOf({ lastTurn, exit, stderr, limit = null, refusedStatus = null }: Ended): Outcome {
  const refused = lastTurn === null || lastTurn.isError ? byStatus(refusedStatus) : null;
  if (refused !== null) return failed(refused, `the API answered ${refusedStatus}`, exit);
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

/** A plan's limits in the words of this and older versions, and the limit that an organisation sets for its API keys. */
const LIMIT_TEXT = /hit your .*limit|usage limit reached|out of extra usage|reached your specified api usage limits/i;

function isUsageLimit(turn: TurnEnd, limit: LimitSeen | null): boolean {
  return LIMIT_TEXT.test(turn.text) || (turn.apiErrorStatus === 429 && limit?.status === "rejected");
}

function usageLimit(turn: TurnEnd, limit: LimitSeen | null): Outcome {
  const until = limit?.status === "rejected" ? limit.resetsAt : null;
  return {
    kind: "usage_limit",
    until: until ?? timeIn(turn.text),
    sentence: `The usage limit of Claude's login is reached. (${oneLine(turn.text, 200)})`,
    advice:
      "The run goes on by itself when the limit is lifted. Another login or an API key on the runner helps sooner.",
  };
}

/** "…|1760000000" of older versions, "… on 2026-12-01 at 00:00 UTC" of API keys. "resets 6pm" does not say enough. */
function timeIn(text: string): number | null {
  const second = /\|(\d{10})\b/.exec(text)?.[1];
  if (second !== undefined) return Number(second) * 1000;
  const [, day, minute] = /\b(\d{4}-\d\d-\d\d) at (\d\d:\d\d) UTC/.exec(text) ?? [];
  return day === undefined ? null : Date.parse(`${day}T${minute}:00Z`);
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}
