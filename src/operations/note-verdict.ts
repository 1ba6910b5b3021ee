import type { RepositoryRef, TaskFacts } from "#domain/task.ts";
import { type Verdict, verdictsAt, withCheck, withReview } from "#domain/verdicts.ts";
import type { Verdicts } from "#protocol/verdicts.ts";
import type { World } from "./ports/world.ts";

/** Tasks that changed within it are looked through for a commit; older ones are found by a look. */
const dayMs = 24 * 60 * 60_000;

/** Writes down what a delivery says of a task's pull request. It asks nothing of GitHub, and nothing is done about it. */
export function noteVerdict(world: World, repository: RepositoryRef, verdict: Verdict): void {
  world.store.transaction(() => {
    const task = concerned(world, repository, verdict);
    if (task === null || task.pullRequest?.state === "merged") return;
    const known = world.store.verdicts.of(task.id);
    if (verdict.kind === "review") {
      const headSha = task.pullRequest?.headSha ?? known?.headSha;
      if (headSha) keep(world, task, known, withReview(verdictsAt(known, headSha), verdict.review));
    } else {
      const there = verdictsAt(known, verdict.headSha);
      keep(
        world,
        task,
        known,
        verdict.kind === "check" ? withCheck(there, verdict.check) : { ...there, mergeable: verdict.mergeable },
      );
    }
  });
}

/** Part of a transaction: what is known from now on; those who look are told when it is something else. */
export function keep(world: World, task: TaskFacts, before: Verdicts | null, now: Verdicts): void {
  if (JSON.stringify(before) === JSON.stringify(now)) return;
  world.store.verdicts.put(task.id, now);
  world.bell.task(task.id);
}

function concerned(world: World, repository: RepositoryRef, verdict: Verdict): TaskFacts | null {
  const { tasks, runs } = world.store;
  if (verdict.kind === "review") return tasks.byPullRequest(repository.id, verdict.number);
  const isHead = (task: TaskFacts) => {
    // Our own push is known before GitHub tells of it; what is said of an older commit came late.
    const pushed = runs.ofTask(task.id).findLast(({ headSha }) => headSha !== null)?.headSha;
    return task.pullRequest !== null && (pushed === verdict.headSha || task.pullRequest.headSha === verdict.headSha);
  };
  const found = tasks.current(repository.id, world.clock() - dayMs).filter(isHead);
  return found.find(({ pullRequest }) => pullRequest?.state === "open") ?? null;
}
