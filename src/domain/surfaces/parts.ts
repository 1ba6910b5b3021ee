import type { StepName } from "#protocol/report.ts";
import type { Step } from "#protocol/run.ts";
import type { Reason } from "#protocol/words.ts";
import type { RunFacts } from "../run.ts";
import { neutralMarkdown } from "../text/neutral.ts";
import type { TaskView } from "./view.ts";
import { amount, code, codeBlock, counted, dollars, duration, folded, instant, listed } from "./words.ts";

const stepNames = {
  worktree: { done: "worktree ready", doing: "making a worktree", open: "worktree", failed: "worktree" },
  setup: { done: "set up", doing: "setting up", open: "set-up", failed: "set-up" },
  claude: { done: "Claude", doing: "Claude", open: "Claude", failed: "Claude" },
  verify: { done: "verified", doing: "verifying", open: "verify", failed: "verify" },
  push: { done: "pushed", doing: "pushing", open: "push", failed: "push" },
} as const satisfies Record<StepName, { done: string; doing: string; open: string; failed: string }>;

/** `✓ worktree ready · ● Claude: running npm test · ○ verify · ○ push` */
export function timeline(view: TaskView, run: RunFacts): string {
  return shownSteps(view, run)
    .map((name) => stepText(name, lastStep(run, name), run))
    .join(" · ");
}

function shownSteps(view: TaskView, run: RunFacts): StepName[] {
  const { setup, verify } = view.task.policy;
  return (Object.keys(stepNames) as StepName[]).filter((name) => {
    if (lastStep(run, name) !== undefined) return true;
    if (run.purpose === "plan") return name === "worktree" || name === "claude";
    return (name !== "setup" || setup.length > 0) && (name !== "verify" || verify.length > 0);
  });
}

function lastStep(run: RunFacts, name: StepName): Step | undefined {
  return run.steps.findLast((step) => step.name === name);
}

function stepText(name: StepName, step: Step | undefined, run: RunFacts): string {
  const words = stepNames[name];
  if (step === undefined) return `○ ${words.open}`;
  if (step.state === "passed") return `✓ ${words.done}`;
  if (step.state === "failed" || run.status === "completed") return `✗ ${words.failed}`;
  const activity = name === "claude" ? run.progress?.activity : step.detail;
  return activity ? `● **${words.doing}**: ${code(activity, 120)}` : `● **${words.doing}**`;
}

/** Claude's to-do list, folded; null when there is none. */
export function todoList(run: RunFacts): string | null {
  const todos = run.progress?.todos ?? [];
  if (todos.length === 0) return null;
  const done = todos.filter((todo) => todo.state === "done").length;
  const lines = todos.map((todo) => {
    const text = neutralMarkdown(todo.text.replace(/\s+/g, " ").trim(), 600);
    return `- [${todo.state === "done" ? "x" : " "}] ${todo.state === "in_progress" ? `**now:** ${text}` : text}`;
  });
  return folded(`To-do list: ${done} of ${todos.length} done`, listed(lines, 8_000));
}

/** A reason in words, with what to do. Neither mentions anybody. */
export function reasonText(reason: Reason): string {
  const advice = reason.advice === undefined ? "" : `\n\n**What to do:** ${neutralMarkdown(reason.advice, 3_000)}`;
  return `${neutralMarkdown(reason.sentence, 3_000)}${advice}`;
}

/** The commits of the pushed branch, folded; null when there are none. */
export function commitList(pushed: RunFacts | null): string | null {
  if (pushed === null) return null;
  const { diff } = pushed;
  const size = diff === null ? "" : ` · ${counted(diff.files, "file")} changed, +${diff.insertions} −${diff.deletions}`;
  const lines = pushed.commits
    .slice(0, 250)
    .map((commit) => `- ${code(commit.sha.slice(0, 7))} ${neutralMarkdown(commit.subject.replace(/\s+/g, " "), 400)}`);
  return folded(`${counted(pushed.commits.length, "commit")}${size}`, listed(lines, 10_000));
}

/** What came of the verify commands; null when nothing was verified. */
export function verification(run: RunFacts | null, commands: readonly string[]): string | null {
  const verified = run?.verified ?? null;
  if (verified === null) return null;
  const what =
    commands.length === 0
      ? "Verification"
      : commands
          .slice(0, 10)
          .map((command) => code(command, 100))
          .join(", ");
  const rounds = verified.round > 0 ? `, after ${counted(verified.round, "repair")}` : "";
  if (verified.passed) return `✓ ${what} passed${rounds}`;
  const excerpt = verified.excerpt === null ? "" : `\n\n${codeBlock(verified.excerpt, 6_000)}`;
  return `✗ ${what} failed${rounds}${excerpt}`;
}

/** What a person should look at before merging; null when there is nothing. */
export function findingList(pushed: RunFacts | null): string | null {
  if (pushed === null || pushed.findings.length === 0) return null;
  const lines = pushed.findings.map((finding) => `- ${neutralMarkdown(finding.replace(/\s+/g, " "), 700)}`);
  return `**Please look at:**\n\n${listed(lines, 10_000)}`;
}

/** `TASK-12 · since 21 Nov, 14:05 UTC · 7 turns · 34k tokens · $0.84`: nothing that changes by itself. */
export function factsLine(view: TaskView, withUsage: boolean): string {
  const { run } = view;
  const facts = [view.page === null ? view.name : `[${view.name}](${view.page})`];
  if (view.task.priority !== "normal") facts.push(`${view.task.priority} priority`);
  if (run !== null && run.attempt > 1) facts.push(`attempt ${run.attempt}`);
  if (run?.startedAt != null) {
    if (run.completedAt === null) facts.push(`since ${instant(run.startedAt)}`);
    else facts.push(duration(run.completedAt - run.startedAt));
  }
  if (withUsage && run?.progress) {
    facts.push(counted(run.progress.turns, "turn"));
    facts.push(`${amount(run.progress.inputTokens + run.progress.outputTokens)} tokens`);
  }
  if (withUsage && view.costUsd > 0) facts.push(dollars(view.costUsd));
  if (run?.sandbox === "none") facts.push("unsandboxed");
  // With a person's token it stands there as if that person had said it.
  if (view.badge === "status") facts.push("written by cc-orchestrator");
  return `<sub>${facts.join(" · ")}</sub>`;
}

/** How to look on or step in while Claude works, folded; null when there is no terminal. */
export function attachPart(view: TaskView): string | null {
  if (!view.run?.attach || view.run.status !== "in_progress") return null;
  return folded("Watch or step in", `On the runner's machine:\n\n${code(view.run.attach, 400)}`);
}
