/** Every reason for which an instance can fail, and what people are told about it. */

export interface Failure {
  /** What happened. */
  readonly sentence: string;
  /** What a person can do. */
  readonly advice: string;
  /** Whether the same may go well later without anybody doing anything. */
  readonly retryable: boolean;
}

const LOG_IN = "Run `claude` on the runner's machine and log in, or give the runner a valid API key.";
const LATER = "See https://status.claude.com.";

/** Every reason for which an instance can fail. */
export const FAILURES = {
  claude_missing: {
    sentence: "The program `claude` could not be started on the runner's machine.",
    advice: "Install Claude Code there (`npm install -g @anthropic-ai/claude-code`) or tell the runner where it is.",
    retryable: false,
  },
  claude_incompatible: {
    sentence: "This version of Claude Code does not know an option that the runner needs.",
    advice: "Update Claude Code on the runner's machine (`claude update`).",
    retryable: false,
  },
  not_logged_in: { sentence: "Claude Code is not logged in, or its key is refused.", advice: LOG_IN, retryable: false },
  no_credit: {
    sentence: "The account that Claude Code uses has no credit left.",
    advice: "Add credit at https://platform.claude.com/settings/billing.",
    retryable: false,
  },
  rate_limited: {
    sentence: "The model's API refused because of too many requests.",
    advice: "Fewer slots on the runners make it rarer.",
    retryable: true,
  },
  model_overloaded: { sentence: "The model's API is overloaded.", advice: LATER, retryable: true },
  model_unavailable: { sentence: "The model's API failed.", advice: LATER, retryable: true },
  model_unreachable: {
    sentence: "The model's API could not be reached from the runner's machine.",
    advice: "Check that machine's network and proxy.",
    retryable: true,
  },
  model_unknown: {
    sentence: "The model is not known, or the account may not use it.",
    advice: "Name another model in the repository's or the runner's configuration.",
    retryable: false,
  },
  prompt_too_long: {
    sentence: "The conversation has become too long for the model.",
    advice: "Splitting the task into smaller ones helps.",
    retryable: false,
  },
  request_rejected: {
    sentence: "The model's API did not accept the request.",
    advice: "The message above says why; change that.",
    retryable: false,
  },
  refused: {
    sentence: "The model declined to work on this.",
    advice: "Say it in other words.",
    retryable: false,
  },
  output_too_long: {
    sentence: "An answer of the model was cut off at its length limit.",
    advice: "Splitting the task into smaller ones helps.",
    retryable: false,
  },
  max_turns: {
    sentence: "Claude used up the turns that it may take.",
    advice: "Another run has as many again; `limits.turns` in the policy file allows more at once.",
    retryable: false,
  },
  max_budget: {
    sentence: "Claude used up the money that this run may cost.",
    advice: "Another run has as much again; `limits.usd` in the policy file allows more at once.",
    retryable: false,
  },
  interrupted: { sentence: "Claude was interrupted.", advice: "The work so far is kept.", retryable: false },
  // Also what a resume meets when the first process was killed within its first quarter of a second: begin the session anew.
  session_unknown: {
    sentence: "Claude Code does not find the session that should go on.",
    advice: "The branch keeps the work so far.",
    retryable: false,
  },
  session_in_use: {
    sentence: "A session with this id is there already.",
    advice: "The next attempt gets a session of its own.",
    retryable: true,
  },
  out_of_memory: {
    sentence: "Claude Code was stopped because the machine ran out of memory.",
    advice: "Give the runner fewer slots or more memory.",
    retryable: true,
  },
  agent_killed: {
    sentence: "Claude Code was killed before it was done.",
    advice: "The work so far is kept.",
    retryable: true,
  },
  agent_failed: {
    sentence: "Claude Code ended with an error.",
    advice: "See the run's log.",
    retryable: true,
  },
  hook_stopped: {
    sentence: "A hook stopped Claude before it was done.",
    advice: "See the run's log for the hook's words.",
    retryable: false,
  },
  no_result: {
    sentence: "Claude Code ended without a result.",
    advice: "See the run's log.",
    retryable: true,
  },
} satisfies Record<string, Failure>;

export type FailureReason = keyof typeof FAILURES;
