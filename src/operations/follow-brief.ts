import type { FollowUp, PullRequestFacts, SubmittedReview } from "#domain/follow-up.ts";
import type { CheckFailure, FollowUpBrief, ReviewThread } from "#domain/follow-up-brief.ts";
import { mayWritePrompt } from "#domain/gate.ts";
import type { TaskFacts } from "#domain/task.ts";
import { openRedactor } from "#protocol/redact.ts";
import type { ReviewComment } from "./ports/github.ts";
import type { World } from "./ports/world.ts";
import { rolesOf } from "./roles-of.ts";

type Begun = Exclude<FollowUp, { kind: "none" | "wait" | "hand_over" }>;

/** Checks whose logs are read; of more only the names are told. */
const mostChecks = 10;
const mostThreads = 60;
const logCharacters = 12_000;
const messageCharacters = 1_000;

/** Asks GitHub for everything that a run has to know about what it is to deal with. */
export async function briefFor(
  world: World,
  task: TaskFacts,
  pull: PullRequestFacts,
  next: Begun,
): Promise<FollowUpBrief> {
  const place = { pullRequest: task.pullRequest?.number ?? 0, headSha: pull.headSha };
  switch (next.kind) {
    case "fix_checks": {
      const rounds = task.policy.follow_up.check_rounds;
      return {
        ...place,
        purpose: "fix_checks",
        round: next.round,
        rounds,
        askedBy: null,
        checks: await failuresOf(world, task, next.checks),
      };
    }
    case "address_review":
      return {
        ...place,
        purpose: "address_review",
        review: next.review,
        ...(await threadsOf(world, task, place.pullRequest, next.review)),
      };
    case "resolve_conflicts": {
      const { conflicts } = task.policy.follow_up;
      const how = conflicts === "rebase" ? "rebase" : "merge";
      return { ...place, purpose: "resolve_conflicts", base: pull.base.branch, how, askedBy: null };
    }
  }
}

/** What failed, without anything that looks like a secret and within bounds. */
export async function failuresOf(
  world: World,
  task: TaskFacts,
  checks: Extract<Begun, { kind: "fix_checks" }>["checks"],
): Promise<CheckFailure[]> {
  const { redact } = openRedactor({ secrets: [] });
  const failures: CheckFailure[] = [];
  for (const [at, check] of checks.entries()) {
    const { app, name, conclusion, url, summary } = check;
    const known = { app, name, conclusion, url, step: null, log: null, tests: [], annotations: [], summary };
    const found = at < mostChecks ? await world.github.checkFailure(task.repository, check) : known;
    failures.push({
      ...found,
      log: found.log === null ? null : cut(redact(found.log), logCharacters),
      tests: found.tests.map((test) => redact(test).slice(0, 300)),
      annotations: found.annotations.map((one) => ({ ...one, message: cut(redact(one.message), messageCharacters) })),
      summary: found.summary === null ? null : cut(redact(found.summary), 4 * messageCharacters),
    });
  }
  return failures;
}

/** The end says most, and says how much is missing before it. */
function cut(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const lines = text.split("\n").length;
  const kept = text.slice(-characters).toWellFormed();
  return `[${lines - kept.split("\n").length} lines left out]\n${kept}`;
}

/** The threads that a review has begun or said more in, with what people who may steer have said before. */
async function threadsOf(
  world: World,
  task: TaskFacts,
  number: number,
  review: SubmittedReview,
): Promise<{ threads: ReviewThread[]; leftOut: number }> {
  const all = await world.github.reviewComments(task.repository, number);
  const rootOf = (comment: ReviewComment) => comment.inReplyTo ?? comment.id;
  const roots = [...new Set(all.filter((comment) => comment.review === review.id).map(rootOf))].slice(0, mostThreads);
  const concerned = all.filter((comment) => roots.includes(rootOf(comment)));
  const bot = concerned.some(({ author }) => author.endsWith("[bot]")) ? await world.github.whoAmI() : null;
  const people = concerned.map(({ author }) => author).filter((author) => author !== bot);
  const role = await rolesOf(world, task.repository, people);
  const isTrusted = ({ author }: ReviewComment) => author === bot || mayWritePrompt(role(author), task.policy);
  const threads = roots.flatMap((root, at): ReviewThread[] => {
    const comments = concerned.filter((comment) => rootOf(comment) === root);
    const first = comments[0];
    if (first === undefined) return [];
    const said = comments.filter(isTrusted).map(({ author, body }) => ({ author, body }));
    const { path, line, startLine, hunk } = first;
    return [
      { key: `T${at + 1}`, comment: root, path, line, startLine, hunk, said, leftOut: comments.length - said.length },
    ];
  });
  return { threads, leftOut: threads.reduce((sum, { leftOut }) => sum + leftOut, 0) };
}
