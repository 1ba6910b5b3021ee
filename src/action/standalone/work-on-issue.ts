import { join } from "node:path";
import type { Logger } from "pino";
import { type RepositoryRef, taskName } from "#domain/task.ts";
import { giveBackLeftRuns } from "#operations/give-back-left-runs.ts";
import type { Delivery } from "#operations/ports/deliveries.ts";
import { GitHubRefusedError } from "#operations/ports/github.ts";
import { ProblemError } from "#operations/problem-error.ts";
import { takeUpIssue } from "#operations/take-up-issue.ts";
import { defaultPolicy } from "#protocol/policy.ts";
import { InputError } from "../input-names.ts";
import type { StandaloneInputs } from "../inputs.ts";
import type { JobPlace } from "../job.ts";
import { noteEndOfJob } from "../programs.ts";
import { tellNothing } from "../report.ts";
import type { Keys } from "../state/sealed.ts";
import type { Entry, Turn, Turns } from "../state/turn.ts";
import { cancelInTime } from "./cancel-in-time.ts";
import { comeIn } from "./come-in.ts";
import { deliveryIn } from "./entries.ts";
import type { Asked } from "./event.ts";
import { failInOrder } from "./fail-in-order.ts";
import type { GitHubWay } from "./github-way.ts";
import { sayLine } from "./job-log.ts";
import { keepTurn } from "./keep-turn.ts";
import { filesToKeep, restoreFiles } from "./kept-files.ts";
import { makeUpForLoss } from "./lost-state.ts";
import { oneIssueOf } from "./one-issue.ts";
import { tellOutcome } from "./outcome.ts";
import { isOld, isOver } from "./over.ts";
import { openPlane, type Plane } from "./plane.ts";
import { openRunning } from "./running.ts";
import { untilAborted } from "./until-aborted.ts";

/** What a job works with, whatever the issue. */
export type Shop = {
  inputs: StandaloneInputs;
  job: JobPlace;
  log: Logger;
  way: GitHubWay;
  repository: RepositoryRef;
  turns: Turns;
  keys: Keys | null;
};

/** Looks by itself so often, for what nobody rings for; what is told to GitHub is told within moments. */
const lookMs = { run: 5_000, tell: 250 };
/** Something that GitHub does not take for so long is left to the next job. */
const tellMs = 3 * 60_000;

/** Takes the issue's turn and works until nothing more waits; where another job has it, leaves the request to that one. */
export async function workOnIssue(shop: Shop, issue: number, asked: Asked): Promise<void> {
  const { turns } = shop;
  let delivery = asked.kind === "told" ? asked.delivery : null;
  const came = await comeIn({ turns, issue, delivery, clock: () => Date.now() });
  if ("heldBy" in came) return tellNothing(`${came.heldBy} works on #${issue}, and takes this up.`);
  let { turn } = came;
  if (came.isHeard) delivery = null;
  for (let first: Asked | null = asked; ; first = null) {
    const isOver = await work(shop, issue, turn, { delivery, asked: first });
    delivery = null;
    if (isOver || (await turns.inbox(issue)).length === 0) return;
    // Somebody came between our last look and the end of our turn.
    const next = await turns.take(issue);
    if ("heldBy" in next) return;
    turn = next;
  }
}

/** @returns whether the job is being cancelled: then nothing more is begun */
async function work(
  shop: Shop,
  issue: number,
  turn: Turn,
  of: { delivery: Delivery | null; asked: Asked | null },
): Promise<boolean> {
  const { inputs, job, log, way, repository, turns } = shop;
  const folder = join(job.folder, `issue-${issue}`);
  const folders = { plane: join(folder, "server"), runner: join(folder, "runner") };
  if (turn.saved.kind === "files") await restoreFiles(folders, turn.saved.files);
  const plane: Plane = await openPlane({
    folder: folders.plane,
    firstTaskId: issue,
    github: oneIssueOf(way.github, {
      repository,
      issue,
      policy: inputs.policy,
      at: Date.now(),
      isKnown: () => plane.task() !== null,
    }),
    operator: operatorOf(shop),
    clock: () => Date.now(),
    log,
    say: sayLine,
  });
  const taken: Entry[] = [];
  const hear = async () => {
    const come = (await turns.inbox(issue)).filter(({ ref }) => !taken.some((one) => one.ref === ref));
    for (const entry of come) {
      taken.push(entry);
      const delivery = deliveryIn(entry.text);
      if (delivery !== null) plane.accept(delivery);
    }
    return come.length > 0;
  };
  const runner = openRunning(shop, plane, folders.runner);
  // What another key reads is not ours to replace by nothing.
  const isForeign = () => turn.saved.kind === "unreadable" && plane.task() === null;
  const kept = async () => {
    const done = [...taken];
    const files = isForeign() ? null : await filesToKeep(folders, plane.backup);
    return { files, pull: plane.task()?.pullRequest?.number ?? null, done };
  };
  const held = keepTurn({ turn, kept, hear, log });
  const cancelling = cancelInTime(plane);
  const last = plane.task()?.runs.at(-1);
  const before = last?.status === "completed" ? last.id : null;
  try {
    if (of.asked !== null) await makeUpForLoss(shop, plane, { issue, saved: turn.saved, asked: of.asked });
    takeOver(plane, repository, folders.runner);
    if (of.delivery !== null) plane.accept(of.delivery);
    if (of.asked?.kind === "take_up") await takeUp(plane, repository, issue, job.actor);
    await hear();
    await plane.lookAtGitHub();
    await untilRest(plane, runner, AbortSignal.any([held.lost, cancelling.asked]), log);
    await cancelling.over();
    await cancelling.inTime(runner.end());
    held.lost.throwIfAborted();
    await cancelling.inTime(untilTold(plane, cancelling.asked));
    const task = plane.task();
    if (task === null)
      tellNothing(`Nothing was begun for #${issue}. Where somebody asked for it, the answer stands there.`);
    else await tellOutcome({ task, before, isCancelled: cancelling.asked.aborted, folder: job.folder });
    await cancelling.inTime(held.end());
    const isNeeded = isForeign()
      ? !isOld(turn.saved, keepDaysOf(plane), Date.now())
      : !isOver(task, keepDaysOf(plane), Date.now());
    if (!isNeeded) await turn.giveUp(taken);
    else await turn.giveBack(await kept());
  } catch (error) {
    await held.end();
    const told = () => untilTold(plane, AbortSignal.abort());
    await failInOrder(error, { shop, plane, issue, turn, kept, told });
    throw error;
  } finally {
    const close = async () => {
      await held.end();
      await runner.end();
      await plane.close();
    };
    await cancelling.atLast(close());
    cancelling.end();
  }
  return cancelling.asked.aborted;
}

/** The job before this one was killed: its run is ours now, and goes on in the same conversation. */
function takeOver(plane: Plane, repository: RepositoryRef, runnerHome: string): void {
  for (const { taskId, sessionId } of giveBackLeftRuns(plane.world))
    noteEndOfJob(runnerHome, { repository: repository.name, task: taskName(taskId), sessionId });
}

export function operatorOf({ keys, job }: Shop) {
  return {
    // Whoever wrote the workflow has opened the repository by that.
    publicRepositories: ["*"],
    dashboardUrl: null,
    host: "GitHub Actions",
    mostRuns: null,
    retryBaseMs: 10_000,
    progressIntervalMs: 30_000,
    author: { name: "Claude", email: "noreply@anthropic.com" },
    // Without a lasting secret markers are only good within the job; the comment is found by what stands in the store.
    markerKey: keys?.markerKey ?? `job ${job.runId}`,
  };
}

/** Somebody with the right to start workflows asks for this issue. */
export async function takeUp(plane: Plane, repository: RepositoryRef, issue: number, by: string): Promise<void> {
  try {
    await takeUpIssue(plane.world, { repository: repository.name, issue, by });
  } catch (error) {
    if (error instanceof GitHubRefusedError && error.status === 404)
      throw new InputError("issue", `there is no issue #${issue} in ${repository.name}`);
    if (!(error instanceof ProblemError)) throw error;
    throw new Error([error.problem.title, error.problem.advice].filter(Boolean).join(" "));
  }
}

async function untilRest(
  plane: Plane,
  runner: ReturnType<typeof openRunning>,
  stop: AbortSignal,
  log: Logger,
): Promise<void> {
  let tellsSince: number | null = null;
  while (!stop.aborted) {
    const rest = plane.rest();
    if (rest.kind === "nothing") return;
    if (rest.kind === "run" && rest.isQueued) await untilAborted(runner.begin(), stop);
    if (rest.kind === "run") tellsSince = null;
    else {
      tellsSince ??= Date.now();
      if (Date.now() - tellsSince > tellMs) return log.warn({ what: rest.what }, "left to the next job");
    }
    await plane.change(lookMs[rest.kind], AbortSignal.any([stop, runner.failed]));
    runner.failed.throwIfAborted();
  }
}

/** What came of the end is still to be shown. */
async function untilTold(plane: Plane, hurry: AbortSignal): Promise<void> {
  const until = Date.now() + (hurry.aborted ? 3_000 : 60_000);
  while (plane.rest().kind === "tell" && Date.now() < until) await plane.change(500, new AbortController().signal);
}

function keepDaysOf({ world }: Plane): number {
  const [task] = world.store.tasks.list({ limit: 1 });
  return (task?.policy ?? defaultPolicy).keep_days;
}
