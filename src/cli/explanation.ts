import { inCli } from "#protocol/command-words.ts";
import type { Runner } from "#protocol/runner.ts";
import type { Gate as OfServer, Task } from "#protocol/task.ts";
import type { Reason } from "#protocol/words.ts";
import { colours as pc } from "./colours.ts";
import { plainLine } from "./plain.ts";
import { lookOf, whyOf } from "./task-view.ts";
import { clockTime } from "./time.ts";

/** One thing that must be so for the task to go on. */
export type Gate = { name: string; open: boolean; found: string };

/** Why a task stands as it does: the server's own reason, word for word as on GitHub, and what it hangs on. */
export type Explanation = {
  task: string;
  status: Task["status"];
  conclusion: Task["conclusion"];
  /** In one sentence. */
  why: string;
  /** Null when there is nothing to explain. */
  reason: Reason | null;
  gates: Gate[];
  /** Everything that has to be so for the work to go on, in the words of `/claude why`. */
  all: readonly OfServer[];
  /** What a person can do, the likeliest first. */
  next: string[];
};

export function explanationOf(task: Task, runners: readonly Runner[], all: readonly OfServer[]): Explanation {
  const { name, status, conclusion, reason } = task;
  const why = whyOf(task) || plainWords(task);
  return { task: name, status, conclusion, why, reason, gates: gatesOf(task, runners), all, next: nextOf(task) };
}

/** For a status that needs no reason. */
function plainWords({ status, conclusion, pullRequest }: Task): string {
  if (status === "queued") return "It is next: a runner takes it in a moment.";
  if (status === "in_progress") return "It is being worked on.";
  if (status === "in_review")
    return pullRequest === null
      ? "It is done and waits for a person."
      : "The pull request waits for a person's review.";
  if (status === "waiting") return "It waits for an answer.";
  if (status === "blocked") return "It waits for other tasks.";
  return conclusion === "success" ? "It is done." : "It has ended.";
}

function gatesOf(task: Task, runners: readonly Runner[]): Gate[] {
  if (task.status === "queued") return queueGates(task, runners);
  const run = task.runs.at(-1);
  const marks = { passed: true, started: true, failed: false } as const;
  return (run?.steps ?? []).map(({ name, state, detail }) => ({
    name,
    open: marks[state],
    found: [state === "started" ? "under way" : state, ...(detail === undefined ? [] : [detail])].join(": "),
  }));
}

function queueGates({ repository }: Task, runners: readonly Runner[]): Gate[] {
  const online = runners.filter(({ state }) => state === "online");
  const allowed = online.filter(({ repositories }) => repositories.length === 0 || repositories.includes(repository));
  const free = allowed.filter(({ busy, slots }) => busy < slots);
  const holding = free.filter(({ notClaiming }) => notClaiming !== undefined);
  return [
    { name: "a runner is online", open: online.length > 0, found: `${online.length} of ${runners.length}` },
    { name: "that takes this repository", open: allowed.length > 0, found: `${allowed.length} of ${online.length}` },
    { name: "and has a free slot", open: free.length > 0, found: slotsOf(allowed) },
    ...holding.map(({ name, notClaiming }) => ({
      name: `${name} takes runs`,
      open: false,
      found: notClaiming?.sentence ?? "",
    })),
  ];
}

function slotsOf(runners: readonly Runner[]): string {
  const busy = runners.reduce((sum, runner) => sum + runner.busy, 0);
  const slots = runners.reduce((sum, runner) => sum + runner.slots, 0);
  return `${busy} of ${slots} busy`;
}

function nextOf(task: Task): string[] {
  const { name, status, conclusion, pullRequest, issue, runs, folder, branch, reason } = task;
  const isOpen = pullRequest?.state === "open";
  const next: string[] = [];
  if (status === "in_progress" && runs.at(-1)?.attach) next.push(`Watch it: cc-orchestrator attach ${name}`);
  if (status === "waiting" && issue !== null) next.push(`Answer on the issue: ${issue.url}`);
  if (status === "in_review" && isOpen) next.push(`Review it: ${pullRequest.url}`);
  if (status === "in_review" && folder !== undefined && branch !== null)
    next.push(
      `Look at its work: cc-orchestrator task diff ${name}`,
      ...(isOpen ? [] : [`Take it in: git merge ${branch}`, `As a pull request: cc-orchestrator task open-pr ${name}`]),
    );
  if (reason?.code === "not_started") next.push(`Start it: cc-orchestrator task run ${name}`);
  if (status === "completed" && conclusion !== "success") next.push(`Try again: cc-orchestrator task retry ${name}`);
  if (runs.some(({ startedAt }) => startedAt !== null))
    next.push(`See what Claude did: cc-orchestrator task logs ${name}`);
  // One that waits for a review on GitHub is ended there.
  if (status === "in_review" && isOpen && folder === undefined) return next;
  const isResting = status === "in_review" || reason?.code === "not_started";
  if (status !== "completed") next.push(`${isResting ? "Give it up" : "Stop it"}: cc-orchestrator task cancel ${name}`);
  return next;
}

export function renderExplanation(task: Task, { why, reason, gates, all, next }: Explanation): string {
  const look = lookOf(task);
  const width = Math.max(0, ...gates.map(({ name }) => name.length));
  const lines = [
    `${pc.bold(task.name)}  ${look.paint(look.word)}  ${plainLine(task.title)}`,
    `  ${plainLine(why)}`,
    ...(reason?.advice === undefined ? [] : [`  ${pc.dim("→")} ${plainLine(inCli(reason.advice, task.name))}`]),
    ...(reason?.until === undefined ? [] : [`  Over by itself at ${clockTime(reason.until)}.`]),
    ...(gates.length === 0 ? [] : [""]),
    ...gates.map(({ name, open, found }) =>
      `  ${open ? pc.green("✓") : pc.red("✗")} ${plainLine(name).padEnd(width)}  ${pc.dim(plainLine(found))}`.trimEnd(),
    ),
    ...(all.length === 0 ? [] : [""]),
    ...all.flatMap(({ isOpen, sentence, advice }) => [
      `  ${isOpen ? pc.green("✓") : pc.red("✗")} ${plainLine(sentence)}`,
      ...(advice === null ? [] : [`    ${pc.dim("→")} ${plainLine(inCli(advice, task.name))}`]),
    ]),
    "",
    ...next.map((line) => `  ${plainLine(line)}`),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}
