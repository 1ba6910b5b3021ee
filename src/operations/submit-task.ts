import { isOnlyCommands } from "#domain/commands/parse-commands.ts";
import { mayWritePrompt, namesBot, refusalOf } from "#domain/gate.ts";
import type { Happening } from "#domain/happening.ts";
import type { Links } from "#domain/links.ts";
import { stateLabels } from "#domain/picture.ts";
import { nextPurpose } from "#domain/plan.ts";
import { newRun, type RunFacts } from "#domain/run.ts";
import { renderNotice } from "#domain/surfaces/notice.ts";
import { isAlive, type RepositoryRef, type Snapshot, type TaskFacts } from "#domain/task.ts";
import { defaultPolicy, type Policy } from "#protocol/policy.ts";
import type { Reason } from "#protocol/words.ts";
import { readLinks } from "./follow-links.ts";
import { priorityOf } from "./follow-priority.ts";
import { branchOf, insertTask } from "./insert-task.ts";
import { refreshQueuedSurfaces } from "./mark-surfaces.ts";
import type { IssueNow, RepositoryNow } from "./ports/github.ts";
import type { World } from "./ports/world.ts";
import { knownTriggerLabels, readPolicy } from "./read-policy.ts";
import { roleOf } from "./role-of.ts";

type Labelled = Extract<Happening, { kind: "issue_labelled" }>;

/** Somebody who may ask wants the issue worked on; title and body are those that they saw. */
export type Wish = {
  repository: RepositoryRef;
  issue: number;
  title: string;
  body: string;
  by: string;
  at: number;
  /** Made by a label: it may be told more than once, and asks for one piece of work all the same. */
  isLabel: boolean;
  /** A plan is to come first. */
  isPlan?: boolean;
};

/** What GitHub said of the place where the wish was made. */
export type Found = { policy: Policy; there: RepositoryNow; now: IssueNow };

/** Comments by more different people than this are not looked at: each costs a call. */
const maxCommenters = 20;

const ourLabels: ReadonlySet<string> = new Set(Object.values(stateLabels).map((label) => label.name));

/**
 * Somebody put a label on an issue. If it asks for work and they may ask, the issue becomes a task with a queued run.
 * The issue's text is taken as of the trigger; 👀 says that it was seen. A refusal is said once on the issue.
 */
export async function submitTask(world: World, happening: Labelled): Promise<void> {
  const { repository, issue, at } = happening;
  if (ourLabels.has(happening.label)) return;
  // Reconciling was quicker than this delivery.
  if (world.store.reconciling.judged(repository.id, issue).foundAt >= at) return;
  await judgeWish(world, happening);
}

/** Judges a wish that was told by a delivery or found by reconciling; only a judgement is remembered, not a failure. */
export async function judgeWish(world: World, happening: Labelled): Promise<void> {
  await judge(world, happening);
  const { repository, issue, at } = happening;
  world.store.transaction(() => world.store.reconciling.judge(repository.id, issue, { judgedAt: at }));
}

async function judge(world: World, happening: Labelled): Promise<void> {
  const { repository, issue, actor } = happening;
  const known = knownTriggerLabels(world, repository);
  if (known !== null && !known.includes(happening.label)) return;
  const { policy, problem } = await readPolicy(world, repository);
  // With no readable policy the label may still be the usual one: then the broken file is what to talk about.
  const isPlan = happening.label === (policy ?? defaultPolicy).plan_label;
  if (happening.label !== (policy ?? defaultPolicy).label && !isPlan) return;
  if (problem !== null) refuse(world, repository, issue, actor.login, problem.reason);
  if (policy === null) return;

  const [role, there, now] = await Promise.all([
    roleOf(world, repository, actor, policy),
    world.github.repository(repository),
    world.github.issue(repository, issue),
  ]);
  const refusal = refusalOf({
    actor,
    role,
    policy,
    needed: policy.role,
    repository: there,
    publicRepositories: world.operator.publicRepositories,
  });
  if (refusal !== null) return refuse(world, repository, issue, actor.login, refusal);

  // A delivery that comes late, or again after a failure, may have been overtaken by another wish.
  if (!now.isOpen || !now.labels.includes(happening.label)) return;
  await takeIssue(world, { ...happening, by: actor.login, isLabel: true, isPlan }, { policy, there, now });
}

const mostLabels = 20;

/** The issue becomes a task with a queued run, or its task goes on. */
export async function takeIssue(world: World, wish: Wish, found: Found): Promise<void> {
  const snapshot = await snapshotOf(world, wish, found.now, found.policy);
  const links = await readLinks(world, wish.repository, wish.issue);
  world.store.transaction(() => queueTask(world, wish, { ...found, snapshot, links }));
  world.bell.queue();
  world.bell.work();
}

/** Says once on the issue why nothing was started. */
export function refuse(world: World, repository: RepositoryRef, issue: number, login: string, reason: Reason): void {
  const body = renderNotice(reason, { actor: login, issue, markerKey: world.operator.markerKey });
  world.store.transaction(() => world.store.notices.insert({ repository, issue, code: reason.code, body }));
  world.bell.work();
}

/** What the person saw when they said yes: later comments, later edits and strangers' words are left out. */
export async function snapshotOf(world: World, wish: Wish, now: IssueNow, policy: Policy): Promise<Snapshot> {
  // Commands are for us; there is nothing in them for Claude.
  const isHeard = ({ isBot, author }: IssueNow["comments"][number]) => !isBot || namesBot(policy, author);
  const people = now.comments.filter((one) => isHeard(one) && !isOnlyCommands(one.body, policy.command_word));
  const settled = people.filter((comment) => comment.createdAt <= wish.at && comment.updatedAt <= wish.at);
  const trusted = new Set<string>();
  const authors = new Map(settled.map(({ author, isBot }) => [author, { login: author, isBot }]));
  for (const author of [...authors.values()].slice(0, maxCommenters)) {
    if (mayWritePrompt(await roleOf(world, wish.repository, author, policy), policy)) trusted.add(author.login);
  }
  const comments = settled.filter((comment) => trusted.has(comment.author));
  return {
    title: wish.title,
    body: wish.body,
    comments: comments.map(({ author, createdAt, body }) => ({ author, at: new Date(createdAt).toISOString(), body })),
    labels: now.labels.slice(0, mostLabels),
    omittedComments: people.length - comments.length,
    // GitHub's clock may be ahead of ours; runs are born by ours, and never before their request.
    takenAt: Math.min(wish.at, world.clock()),
  };
}

export type Asked = Found & { snapshot: Snapshot; links: Links };

/** Part of a transaction: the issue becomes a task with a queued run, or its task goes on. */
export function queueTask(world: World, wish: Wish, asked: Asked): void {
  const { store } = world;
  const before = store.tasks.byIssue(wish.repository.id, wish.issue);
  if (before !== null && isKnown(world, before, wish)) return;
  const task = before === null ? beginTask(world, wish, asked) : renewTask(world, before, wish, asked);
  const runs = store.runs.ofTask(task.id);
  if (!isAlive(runs)) insertRun(world, task, runs, wish.isPlan === true ? "plan" : nextPurpose(task, runs));
  store.reconciling.judge(wish.repository.id, wish.issue, { judgedAt: wish.at });
  refreshQueuedSurfaces(world);
  store.surfaces.markDue(task.id, world.clock());
  world.bell.task(task.id);
}

/**
 * Told by a delivery and found by reconciling at the same time; or told again, because whoever worked the delivery died
 * before it was marked as done. By then the work may even be over.
 */
function isKnown({ store }: World, task: TaskFacts, wish: Wish): boolean {
  if (task.cancelled !== null) return false;
  const isOld = wish.at <= task.snapshot.takenAt;
  if (!wish.isLabel) return isOld && isAlive(store.runs.ofTask(task.id));
  // GitHub's clock may be ahead of ours: the snapshot is then older than its label.
  return isOld || wish.at === store.reconciling.judged(wish.repository.id, wish.issue).judgedAt;
}

/** Part of a transaction: the issue's task as it is born, with no run. */
export function beginTask(world: World, wish: Wish, asked: Asked): TaskFacts {
  const { there, now, policy, snapshot, links } = asked;
  const issue = { number: wish.issue, url: now.url, nodeId: now.nodeId };
  const priority = priorityOf(now.labels, policy) ?? "normal";
  const { repository, by: requestedBy } = wish;
  const { cloneUrl } = there;
  return insertTask(world, { repository, cloneUrl, issue, snapshot, requestedBy, priority, links, policy }, null);
}

/** The label was put back: the same task goes on, with the words and the policy of now. */
function renewTask(world: World, task: TaskFacts, wish: Wish, asked: Asked): TaskFacts {
  const isOver = task.pullRequest !== null && task.pullRequest.state !== "open";
  const rounds = world.store.runs.ofTask(task.id).length + 1;
  const renewed: TaskFacts = {
    ...task,
    repository: wish.repository,
    cloneUrl: asked.there.cloneUrl,
    snapshot: asked.snapshot,
    requestedBy: wish.by,
    priority: priorityOf(asked.now.labels, asked.policy) ?? task.priority,
    links: asked.links,
    policy: asked.policy,
    cancelled: null,
    updatedAt: world.clock(),
  };
  // A merged or closed pull request keeps its branch; new work starts on a new one.
  if (isOver) Object.assign(renewed, { pullRequest: null, branch: `${branchOf(renewed)}-${rounds}` });
  world.store.tasks.update(renewed);
  if (isOver) world.store.surfaces.remove(task.id, "pull_request");
  return renewed;
}

/** Queues the first run of a request, or its next attempt. */
export function insertRun(
  world: World,
  task: TaskFacts,
  runs: readonly RunFacts[],
  purpose: RunFacts["purpose"] = nextPurpose(task, runs),
): RunFacts {
  return world.store.runs.insert(
    newRun({
      taskId: task.id,
      purpose,
      attempt: runs.filter((run) => run.purpose === purpose).length + 1,
      sessionId: world.newSessionId(),
      resume: false,
      notBefore: null,
      now: world.clock(),
    }),
  );
}
