import type { NewRun, RunFacts } from "#domain/run.ts";
import type { NewTask, RepositoryRef, TaskFacts } from "#domain/task.ts";

export interface Tasks {
  insert(task: NewTask): TaskFacts;
  get(id: number): TaskFacts | null;
  byIssue(repositoryId: number, issue: number): TaskFacts | null;
  /** The task that came from there under this name. */
  byOrigin(place: string, key: string): TaskFacts | null;
  byPullRequest(repositoryId: number, number: number): TaskFacts | null;
  update(task: TaskFacts): void;
  /** Part of a transaction: the task with its runs, and all that refers to them. */
  remove(id: number): void;
  list(filter: { repository?: string | undefined; limit: number }): TaskFacts[];
  /** The tasks of a repository that may still change: with a living run, an open pull request, or touched since `since`. */
  current(repositoryId: number, since: number): TaskFacts[];
  /** The tasks whose issues are linked with others. */
  linked(): TaskFacts[];
  /** The tasks of this machine of whose branches people have opened pull requests. */
  proposed(): TaskFacts[];
  /** Those that came or changed since then. */
  since(at: number): TaskFacts[];
  /** The repositories of all tasks, each once, as last known. */
  repositories(): RepositoryRef[];
}

export interface Runs {
  insert(run: NewRun): RunFacts;
  get(id: number): RunFacts | null;
  update(run: RunFacts): void;
  ofTask(taskId: number): RunFacts[];
  queued(): RunFacts[];
  /** In progress or waiting under a lease. */
  held(): RunFacts[];
  /** Waiting for an answer, under nobody's lease. */
  asking(): RunFacts[];
  heldBy(runnerId: number): RunFacts[];
  /** Dollars of the repository's runs that were under way at some time since `since`. */
  spentSince(repositoryId: number, since: number): number;
  /** Those of the tasks that came or changed since then, and those that are not over. */
  since(at: number): RunFacts[];
}

/** Tasks that have to be done before another one begins. */
export interface Needs {
  add(taskId: number, needs: readonly number[]): void;
  of(taskId: number): number[];
}
