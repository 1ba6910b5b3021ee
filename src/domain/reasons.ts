import type { Reason } from "#protocol/words.ts";

/** Every reason that the control plane itself gives; runners send theirs with their reports. */
export const reasons = {
  runnerSilent: (runner: string, since: string): Reason => ({
    code: "runner_silent",
    sentence: `Runner ${runner} has not been heard from since ${since}.`,
    advice: "If it does not come back within ten minutes, another runner starts over from the last pushed commit.",
  }),
  lost: (runner: string): Reason => ({
    code: "runner_lost",
    sentence: `Runner ${runner} went away during the run and did not come back.`,
    advice: "Check the machine it runs on; what was pushed is on the branch.",
  }),
  cancelledBy: (who: string, how: string): Reason => ({
    code: "cancelled",
    sentence: `Stopped by ${who}: ${how}.`,
  }),
  pullRequestClosed: (who: string): Reason => ({
    code: "pull_request_closed",
    sentence: `The pull request was closed without merging by ${who}.`,
    advice: "It may be reopened: `/claude continue` goes on then.",
  }),
  stopping: (who: string): Reason => ({
    code: "stopping",
    sentence: `Stopping: asked for by ${who}.`,
  }),
  editedSinceLabel: (): Reason => ({
    code: "edited_since_label",
    sentence: "The issue was changed after the label was put on and before this was seen, so nothing was started.",
    advice: "Read it again. `/claude run`, or the label put on anew, starts it.",
  }),
  editedSinceComment: (): Reason => ({
    code: "edited_since_comment",
    sentence: "The issue was changed after it was asked for and before this was seen, so nothing was started.",
    advice: "Read it again, then write the command once more.",
  }),
  notStarted: (task: string): Reason => ({
    code: "not_started",
    sentence: "Nobody has started it yet.",
    advice: `Start it: cc-orchestrator instance spawn --task ${task}`,
  }),
  noRunner: (): Reason => ({
    code: "no_runner",
    sentence: "No runner is connected that may take this.",
    advice: "Start one with: cc-orchestrator runner start",
  }),
  noFittingRunner: (labels: readonly string[]): Reason => ({
    code: "no_fitting_runner",
    sentence: `No connected runner has the labels ${labels.join(", ")}.`,
    advice: "Start a runner with those labels, or change runs_on in the repository's policy.",
  }),
  runnersBusy: (position: number): Reason => ({
    code: "runners_busy",
    sentence: `All runners are busy; ${position === 1 ? "this is next" : `${position - 1} ahead of this`}.`,
  }),
  /** A task waits for Claude's own usage limit to end; it goes on by itself, in the same session. */
  usageLimit: (until: string): Reason => ({
    code: "usage_limit",
    sentence: `Claude's usage limit is reached; this resumes ${clockTime(until)}.`,
    until,
  }),
  runnerHolds: (runner: string, why: Reason): Reason => ({
    code: `runner_${why.code}`.slice(0, 60),
    sentence:
      why.code === "usage_limit" && why.until !== undefined
        ? `Runner ${runner} waits for its usage limit until ${clockTime(why.until)}.`
        : `Runner ${runner} takes nothing now: ${why.sentence}`,
    ...(why.advice === undefined ? {} : { advice: why.advice }),
    ...(why.until === undefined ? {} : { until: why.until }),
  }),
  runnerPaused: ({ by, note, drain }: { by: string; note: string; drain: boolean }): Reason => ({
    code: drain ? "drained" : "paused",
    sentence: `${by} ${drain ? "lets it end" : "paused it"}${note === "" ? "." : `: ${note}`}`,
    advice: drain ? "Start it again when it has ended." : "Resume it on the dashboard's page of runners.",
  }),
  sessionElsewhere: (until: Date): Reason => ({
    code: "session_elsewhere",
    sentence: `The runner that has this task's session is not free; from ${clockTime(until.toISOString())} another one starts afresh.`,
  }),
  checksStillFail: (names: readonly string[], rounds: number): Reason => ({
    code: "checks_failing",
    sentence: `Checks fail (${listOf(names)}), and Claude has tried to repair them ${rounds === 1 ? "once" : `${rounds} times`} in a row.`,
    advice: "Look at them; what you push yourself counts as well.",
  }),
  checksLeftAlone: (names: readonly string[]): Reason => ({
    code: "checks_failing",
    sentence: `Claude looked at the checks that fail (${listOf(names)}) and changed nothing.`,
    advice: "Its summary says why.",
  }),
  givenBackTooOften: (times: number): Reason => ({
    code: "given_back",
    sentence: `Runners took this ${times} times and gave it back each time.`,
    advice: "The runners' logs say why.",
  }),
  retryLater: (at: string, last: Reason | null): Reason => ({
    code: "retry_later",
    sentence: `${last?.sentence ?? "The last attempt did not finish."} Tries again at ${at}.`,
  }),
} as const;

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => name.slice(0, 80));
  return `${shown.join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`;
}

/** `14:05 UTC` */
function clockTime(instant: string): string {
  return `${new Date(instant).toISOString().slice(11, 16)} UTC`;
}
