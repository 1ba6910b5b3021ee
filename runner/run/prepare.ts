import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { sessionFile } from "#runner/claude/session.ts";
import { copyIncluded } from "#runner/git/copy-included.ts";
import { fetchRecovery } from "#runner/git/fetch-recovery.ts";
import { GitError } from "#runner/git/git.ts";
import { makeWorktree, openWorktree } from "#runner/git/make-worktree.ts";
import { FetchError, type Mirror, openMirror } from "#runner/git/mirror.ts";
import { bringBack, listRecovery } from "#runner/git/recovery.ts";
import { mergeBase } from "#runner/git/update-branch.ts";
import type { Worktree } from "#runner/git/worktree.ts";
import { terminalFiles } from "#runner/terminal/files.ts";
import { beginBranch, branchFor, startCommit } from "./branch.ts";
import { inStep, type RunContext } from "./context.ts";
import { credentialFor } from "./credential.ts";
import { abandonEarly, dismiss, startEarly } from "./early.ts";
import { RunFailure } from "./failure.ts";
import { takeUpUpdate } from "./kept-update.ts";
import { configDirOf, placesOf } from "./places.ts";
import { isPlanning } from "./planning.ts";
import type { Prepared } from "./prepared.ts";
import { applyUpdate, planUpdate } from "./update.ts";

/**
 * The task's worktree on its branch from a fresh base. After a restart it is the one that was made before, untouched where
 * an instance was begun in it.
 */
export async function prepare(context: RunContext): Promise<Prepared> {
  const places = placesOf(context);
  for (const folder of [places.task, places.home, places.tmp, places.settings]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  const mirror = openMirror({
    home: context.options.home,
    repository: context.offer.repository,
    url: context.offer.cloneUrl,
  });
  if (existsSync(terminalFiles(places.instance).launch)) {
    const worktree = await openWorktree({ mirror, folder: places.work });
    if (worktree !== null) return { worktree, begun: begin(context, mirror), early: null };
    await abandonEarly(context);
  }
  const early = await startEarly(context, mirror);
  try {
    const made = await inStep(context, "worktree", () => makeTree(context, mirror, early !== null));
    return { ...made, early };
  } catch (error) {
    await dismiss(early);
    throw error;
  }
}

async function makeTree(context: RunContext, mirror: Mirror, isReserved: boolean): Promise<Omit<Prepared, "early">> {
  const { offer, memory } = context;
  await fetchMirror(context, mirror);
  await chooseStart(context, mirror);
  const { branch, baseSha, startSha, pushed, update } = memory.now;
  if (branch === null || baseSha === null) throw new Error("a run has no branch after one was chosen");
  const place = { host: hostname(), folder: placesOf(context).work };
  context.report({ kind: "prepared", branch, baseSha, place }, { key: "prepared" });
  const worktree = await makeWorktree({
    mirror,
    task: offer.task,
    folder: placesOf(context).work,
    branch,
    baseSha,
    author: offer.author,
    startAt: update?.start ?? pushed ?? startSha,
    isReserved,
  });
  // Nobody waits for the push: Claude starts meanwhile.
  const begun = begin(context, mirror);
  if (update === null) await bringBackWork(context, worktree);
  else await applyUpdate(context, worktree);
  const included = includedIn(context);
  if (included !== null) await copyIncluded({ from: included, worktree });
  return { worktree, begun };
}

/** Where the ignored files are that a worktree gets: beside all others in a repository of this machine. */
function includedIn({ offer, options }: RunContext): string | null {
  if (offer.cloneUrl.startsWith("/")) return offer.cloneUrl;
  return options.includeFolder === null ? null : join(options.includeFolder, offer.repository);
}

/** Decides, once for the run, where the work starts and on which branch. */
async function chooseStart(context: RunContext, mirror: Mirror): Promise<void> {
  const { offer, memory } = context;
  if (memory.now.baseSha !== null) return;
  const base = await baseOf(mirror, offer.baseBranch);
  const { branch, startedAt } = await branchFor(offer, mirror);
  // Somebody may have pushed to the task's branch since: where it stands now is where the work goes on.
  const tip = offer.headSha === null ? null : ((await mirror.resolve(`refs/heads/${branch}`)) ?? offer.headSha);
  const pushed = tip ?? startedAt;
  const unfinished = tip === null ? null : await takeUpUpdate(context, mirror, tip);
  if (unfinished !== null) return memory.keep(unfinished);
  const update = tip === null ? null : await planUpdate(context, mirror, { tip, base, branch });
  // A base that has moved on is not the work's base before it was brought in.
  const baseSha = tip === null || update !== null ? base : ((await mergeBase(mirror, tip, base)) ?? base);
  // Nobody opens a pull request in a repository of this machine: its branch comes with the work.
  const isNeeded = !isPlanning(offer) && pushed === null && !offer.cloneUrl.startsWith("/");
  const startSha = isNeeded ? await startCommit(offer, mirror, baseSha) : startedAt;
  memory.keep({ branch, baseSha, startSha, pushed, update });
}

/** The new branch on its way to the remote; nothing to do where it was there before. */
function begin(context: RunContext, mirror: Mirror): Promise<void> {
  const { branch, startSha } = context.memory.now;
  if (branch === null || startSha === null) return Promise.resolve();
  const begun = beginBranch(context, mirror, branch, startSha);
  begun.catch((cause: unknown) => context.fail(cause));
  return begun;
}

async function knowsSession(context: RunContext): Promise<boolean> {
  return (await sessionFile(configDirOf(context), context.offer.sessionId)) !== null;
}

/** A session that goes on finds the files as it left them, also those that it had not committed. */
async function bringBackWork(context: RunContext, worktree: Worktree): Promise<void> {
  const { offer } = context;
  if (!(await knowsSession(context))) return;
  const saved = (await listRecovery(worktree.mirror, offer.task)).at(-1);
  if (saved === undefined || !(await bringBack(worktree, saved))) return;
  context.log.info({ task: offer.task, from: saved.ref }, "brought unfinished work back");
}

/** On a machine that is new each time, what an earlier one saved of this session is fetched, too. */
async function fetchMirror(context: RunContext, mirror: Mirror): Promise<void> {
  const { offer, options } = context;
  try {
    await context.lease.whileHeld(context.leaving, async (held) => {
      const signal = AbortSignal.any([held, context.stopping]);
      const credential = await credentialFor(context, "read", signal);
      await mirror.fetch(credential, { signal });
      if (options.isEphemeral === true && (await knowsSession(context)))
        await fetchRecovery({ mirror, task: offer.task, credential, signal }).catch((error: unknown) => {
          if (!(error instanceof GitError) || error.cancelled) throw error;
          context.log.warn({ task: offer.task, error: error.message }, "saved work could not be fetched");
        });
    });
  } catch (error) {
    if (!(error instanceof FetchError) || context.stopping.aborted) throw error;
    throw new RunFailure(
      "clone_failed",
      error.message,
      "Check that the runner's machine reaches the repository and that the app may read it.",
    );
  }
}

async function baseOf(mirror: Mirror, wanted: string | null): Promise<string> {
  const branch = wanted ?? (await mirror.defaultBranch());
  const sha = branch === null ? null : await mirror.resolve(`refs/heads/${branch}`);
  if (sha !== null) return sha;
  throw new RunFailure(
    "no_base",
    branch === null ? "The repository has no commit to start from." : `The base branch ${branch} does not exist.`,
    branch === null ? "Push a first commit." : "Name another base in .github/cc-orchestrator.yml.",
  );
}
