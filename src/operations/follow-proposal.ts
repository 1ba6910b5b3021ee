import type { Happening } from "#domain/happening.ts";
import { isIn, isProposal } from "#domain/proposal.ts";
import { currentRun, isAlive, type RepositoryRef, type TaskFacts } from "#domain/task.ts";
import { cancelRuns } from "./cancel-task.ts";
import type { World } from "./ports/world.ts";

/** One that is closed is looked at for this long: it may be reopened. */
const dayMs = 24 * 60 * 60_000;

type Changed = Extract<Happening, { kind: "pull_request_changed" }>;

/**
 * Keeps what we know of a person's own pull request true; when it is merged or closed, so ends the task of this machine
 * that it is of.
 * @returns whether anything has changed
 */
export function followProposal(world: World, happening: Changed): boolean {
  const { store } = world;
  const { repository, number, state, draft, headSha, actor } = happening;
  const done = store.transaction(() => {
    const task = store.tasks.proposed().findLast((one) => isOf(one, repository.name, number));
    const before = task?.proposal;
    if (task === undefined || before === undefined) return false;
    if (before.state === "merged" || (before.state === state && before.draft === draft && before.headSha === headSha))
      return false;
    const runs = store.runs.ofTask(task.id);
    const isOver = state !== "open";
    const newest = before.state === state ? before.endedAfter : (currentRun(runs)?.id ?? null);
    const endedAfter = isOver ? newest : null;
    const closedBy = isOver ? actor.login : null;
    const changed = { ...task, proposal: { ...before, state, draft, headSha, closedBy, endedAfter } };
    store.tasks.update({ ...changed, updatedAt: world.clock() });
    if (isOver && before.state === "open" && isAlive(runs))
      cancelRuns(world, changed, { by: actor.login, how: `the pull request was ${state}` });
    world.bell.task(task.id);
    return true;
  });
  // Another task may wait for this one.
  if (done) world.bell.queue();
  return done;
}

/** Looks at those in a repository without our being told. @returns the numbers of those that have changed */
export async function reconcileProposals(world: World, repository: RepositoryRef): Promise<number[]> {
  const proposed = world.store.tasks.proposed().filter((task) => isLookedAt(task, repository.name, world.clock()));
  const numbers = [...new Set(proposed.flatMap(({ proposal }) => proposal?.number ?? []))];
  if (numbers.length === 0) return [];
  const found = await world.github.pullRequests(repository, numbers);
  const changed = found.filter(({ number, state, draft, headSha, closedBy, updatedAt }) =>
    followProposal(world, {
      ...{ kind: "pull_request_changed", repository, number, state, draft, headSha: headSha ?? "" },
      ...{ actor: { login: closedBy ?? "somebody", isBot: false }, at: updatedAt },
    }),
  );
  return changed.map(({ number }) => number);
}

function isOf({ proposal }: TaskFacts, repository: string, number: number): boolean {
  return proposal !== undefined && isProposal(proposal, repository, number);
}

function isLookedAt({ proposal, updatedAt }: TaskFacts, repository: string, now: number): boolean {
  if (proposal === undefined || !isIn(proposal, repository)) return false;
  return proposal.state === "open" || (proposal.state === "closed" && now - updatedAt < dayMs);
}
