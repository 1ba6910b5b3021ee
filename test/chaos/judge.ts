import type { Kind } from "./plan.ts";
import type { Leftovers, SeenIssue } from "./seen.ts";
import { wholePage } from "./work.ts";

/** All that the examination looks at, as values: nothing of it comes from our own database. */
export type Seen = {
  issues: readonly SeenIssue[];
  /** What either side sent that GitHub's own description does not allow. */
  violations: readonly string[];
  leftovers: Leftovers;
  /** Programs that ended by themselves, or not in order. */
  crashes: readonly string[];
  /** Lines of the programs' output that no program should print. */
  alarms: readonly string[];
  /** Moments with two live Claudes for one task. */
  doubled: readonly string[];
};

type End = { label: string | null; word: string; conclusion: string };

const ends = {
  plain: { label: "claude:in-review", word: "Done", conclusion: "success" },
  repair: { label: "claude:in-review", word: "Done", conclusion: "success" },
  crash: { label: "claude:in-review", word: "Done", conclusion: "success" },
  red: { label: "claude:failed", word: "Failed", conclusion: "failure" },
  nothing: { label: "claude:failed", word: "Failed", conclusion: "failure" },
  cancelled: { label: null, word: "Stopped", conclusion: "cancelled" },
} as const satisfies Record<Kind, End>;

const failed: End = { label: "claude:failed", word: "Failed", conclusion: "failure" };

/** How the task may end: as its kind says, or failed where its worktree was taken away. */
export function endsOf({ kind, faults }: Pick<SeenIssue, "kind" | "faults">): readonly End[] {
  return faults.includes("worktree-gone") ? [ends[kind], failed] : [ends[kind]];
}

/** Whether GitHub shows that nothing more will happen to this issue. */
export function isSettled(issue: Pick<SeenIssue, "stateLabels" | "comments">): boolean {
  const { word } = issue.comments[0] ?? { word: "" };
  return Object.values(ends).some(
    (end) => end.word === word && (end.label === null ? [] : [end.label]).join() === issue.stateLabels.join(),
  );
}

/** What is not as it should be, in sentences; nothing when all invariants hold. */
export function judge(seen: Seen): string[] {
  return [
    ...seen.issues.flatMap((issue) =>
      judgeIssue(issue).map(
        (wrong) => `${issue.repo}#${issue.number} (task ${issue.ordinal}, ${issue.kind}): ${wrong}`,
      ),
    ),
    ...doubledMarkers(seen.issues),
    ...seen.violations.map((violation) => `against GitHub's API description: ${violation}`),
    ...seen.leftovers.processes.map((one) => `a process is left: ${one}`),
    ...seen.leftovers.terminals.map((one) => `a terminal is left: ${one}`),
    ...seen.leftovers.worktrees.map((one) => `a worktree is left: ${one}`),
    ...seen.leftovers.unfinished.map((one) => `a run is left in a runner's journal: ${one}`),
    ...seen.crashes,
    ...seen.alarms.map((line) => `a program printed: ${line}`),
    ...seen.doubled.map((one) => `two live Claudes for ${one}`),
  ];
}

function judgeIssue(issue: SeenIssue): string[] {
  const wrong: string[] = [];
  const say = (isWrong: boolean, sentence: string) => {
    if (isWrong) wrong.push(sentence);
  };
  say(issue.tasks !== 1, `${issue.tasks} tasks instead of one`);
  say(issue.comments.length !== 1, `${issue.comments.length} comments of ours instead of one`);
  say(
    issue.comments.some(({ marker }) => marker === null),
    "a comment of ours has no marker",
  );
  const word = issue.comments[0]?.word ?? "no comment";
  const label = issue.stateLabels.join(" and ") || null;
  const end = endsOf(issue).find((one) => one.word === word && one.label === label);
  say(end === undefined, `it shows "${word}" and the label ${label ?? "none"}, which is no end for it`);
  say(issue.pulls.length > 1, `${issue.pulls.length} pull requests`);
  say(
    issue.branches.length > 1,
    `${issue.branches.length} branches: ${issue.branches.map(({ name }) => name).join(", ")}`,
  );
  const isWell = (end ?? ends[issue.kind]).conclusion === "success";
  say(isWell && issue.pulls.length === 0, "no pull request");
  wrong.push(...judgeChecks(issue, end), ...issue.branches.flatMap(judgeBranch));
  const page = issue.branches[0]?.page ?? "";
  say(
    isWell && !page.includes(wholePage(issue.ordinal)),
    "it is said to be done, and the page on its branch is not whole",
  );
  return [...wrong, ...judgeLog(issue)];
}

function judgeChecks({ checks, branches, pulls }: SeenIssue, end: End | undefined): string[] {
  const wrong: string[] = [];
  const places = Map.groupBy(checks, ({ headSha, name }) => `${name} on ${headSha.slice(0, 7)}`);
  for (const [place, all] of places) if (all.length > 1) wrong.push(`${all.length} check runs ${place}`);
  for (const check of checks.filter(({ status }) => status !== "completed")) {
    wrong.push(`the check run on ${check.headSha.slice(0, 7)} is ${check.status} for ever`);
  }
  const [branch] = branches;
  if (branch === undefined || branch.commits.length === 0) return wrong;
  const onHead = checks.filter(({ headSha }) => headSha === branch.tip);
  if (onHead.length === 0) wrong.push(`no check run on the head ${branch.tip.slice(0, 7)}`);
  for (const { conclusion } of onHead) {
    if (end !== undefined && conclusion !== end.conclusion) {
      wrong.push(`the check run on the head says ${conclusion}, and it is ${end.conclusion}`);
    }
  }
  for (const { headSha } of pulls)
    if (headSha !== branch.tip) wrong.push("the pull request is not at its branch's tip");
  return wrong;
}

function judgeBranch({ name, forced, commits }: SeenIssue["branches"][number]): string[] {
  const wrong = forced.map((move) => `${name} was pushed by force, from ${move}`);
  const starts = commits.filter(({ subject }) => subject.startsWith("Start TASK-"));
  if (starts.length > 1) wrong.push(`${name} begins ${starts.length} times`);
  // Whoever takes over goes on from what is there: a session that was left never comes back.
  const line = commits
    .flatMap(({ session }) => (session === null ? [] : [session]))
    .filter((one, at, all) => one !== all[at - 1]);
  if (new Set(line).size < line.length)
    wrong.push(`${name} has commits of a session that had been left: ${line.join(", ")}`);
  return wrong;
}

/** Each answer that Claude took in is told once and in order. */
function judgeLog({ log, heard }: SeenIssue): string[] {
  const wrong: string[] = [];
  const twice = [...new Set(log.filter((number, at) => log.indexOf(number) !== at))];
  if (twice.length > 0) wrong.push(`answers ${twice.join(", ")} stand in the log more than once`);
  const misplaced = log.filter((number, at) => number < (log[at - 1] ?? 0));
  if (misplaced.length > 0 && twice.length === 0)
    wrong.push(`answers ${misplaced.join(", ")} stand in the log too late`);
  const lost = heard.filter((number) => !log.includes(number));
  if (lost.length > 0) wrong.push(`answers ${lost.join(", ")} are missing in the log`);
  return wrong;
}

function doubledMarkers(issues: readonly SeenIssue[]): string[] {
  const marked = issues.flatMap(({ repo, number, comments }) =>
    comments.map(({ marker }) => ({ marker, at: `${repo}#${number}` })),
  );
  const places = Map.groupBy(
    marked.filter(({ marker }) => marker !== null),
    ({ marker }) => marker,
  );
  return [...places].flatMap(([marker, all]) =>
    new Set(all.map(({ at }) => at)).size > 1 ? [`${marker} is on ${all.map(({ at }) => at).join(" and ")}`] : [],
  );
}
