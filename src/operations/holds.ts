import { type HoldFacts, midnightBefore } from "#domain/holds.ts";
import type { RunFacts } from "#domain/run.ts";
import { type TaskFacts, taskName, taskStateOf } from "#domain/task.ts";
import type { World } from "./ports/world.ts";

/** What may hold the task's next run back, as of now. What a repository allows is asked of its policy of now. */
export function holdFactsOf(world: World, task: TaskFacts, runs: readonly RunFacts[], held: readonly RunFacts[]) {
  const { store, operator } = world;
  const now = world.clock();
  const limits = limitsNow(world, task);
  const others = held.flatMap((run) => {
    const other = run.taskId === task.id ? null : store.tasks.get(run.taskId);
    return other === null ? [] : [other];
  });
  const here = others.filter((other) => other.repository.id === task.repository.id);
  const facts: HoldFacts = {
    repository: task.repository.name,
    links: task.links,
    needs: store.needs.of(task.id).flatMap((id) => needOf(world, id)),
    requestedBy: task.requestedBy,
    limits,
    running: {
      all: others.length,
      repository: here.length,
      person: here.filter((other) => other.requestedBy === task.requestedBy).length,
    },
    mostRuns: operator.mostRuns,
    spent: {
      task: runs.reduce((sum, run) => sum + (run.progress?.costUsd ?? 0), 0),
      today: limits.usd_per_day === undefined ? 0 : store.runs.spentSince(task.repository.id, midnightBefore(now)),
    },
    now,
  };
  return facts;
}

function needOf({ store }: World, id: number): { name: string; title: string; isDone: boolean }[] {
  const task = store.tasks.get(id);
  if (task === null) return [];
  const { status, conclusion } = taskStateOf(task, store.runs.ofTask(id), null);
  return [
    { name: taskName(id), title: task.snapshot.title, isDone: status === "in_review" || conclusion === "success" },
  ];
}

function limitsNow({ store }: World, { policy, repository }: TaskFacts): HoldFacts["limits"] {
  const { usd_per_task: perTask, ...own } = policy.limits;
  const { runs, runs_per_person, usd_per_day } = store.policies.get(repository.id)?.policy.limits ?? policy.limits;
  return {
    turns: own.turns,
    minutes: own.minutes,
    usd: own.usd,
    ...(perTask === undefined ? {} : { usd_per_task: perTask }),
    ...(runs === undefined ? {} : { runs }),
    ...(runs_per_person === undefined ? {} : { runs_per_person }),
    ...(usd_per_day === undefined ? {} : { usd_per_day }),
  };
}
