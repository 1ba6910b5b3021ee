import type { Task } from "#protocol/task.ts";
import { sourceOf } from "#protocol/task-source.ts";

/** What the board shows, as its URL says. */
export type Filter = {
  repository: string | null;
  person: string | null;
  runner: string | null;
  label: string | null;
  text: string;
};

/** The keys of the URL that hold a choice, and how the choice is called. */
export const choices = {
  repository: { title: "Repository", all: "All repositories", of: (task) => [task.repository] },
  person: { title: "Person", all: "Everybody", of: (task) => [task.requestedBy] },
  runner: { title: "Runner", all: "All runners", of: (task) => task.runs.flatMap((run) => run.runner ?? []) },
  label: { title: "Label", all: "All labels", of: (task) => task.labels ?? [] },
} as const satisfies Record<Choice, { title: string; all: string; of(task: Task): readonly string[] }>;

export type Choice = Exclude<keyof Filter, "text">;
export const choiceNames = Object.keys(choices) as Choice[];

export function filterOf(query: URLSearchParams): Filter {
  const { repository, person, runner, label } = Object.fromEntries(
    choiceNames.map((name) => [name, query.get(name)]),
  ) as Record<Choice, string | null>;
  return { repository, person, runner, label, text: query.get("q") ?? "" };
}

export function isFiltered(filter: Filter): boolean {
  return filter.text !== "" || choiceNames.some((name) => filter[name] !== null);
}

/** What can be chosen, by its name: everything that a task has. */
export function optionsOf(tasks: readonly Task[]): Record<Choice, string[]> {
  const found = {
    repository: new Set<string>(),
    person: new Set<string>(),
    runner: new Set<string>(),
    label: new Set<string>(),
  };
  for (const task of tasks)
    for (const name of choiceNames) for (const one of choices[name].of(task)) found[name].add(one);
  return Object.fromEntries(choiceNames.map((name) => [name, [...found[name]].sort()])) as Record<Choice, string[]>;
}

/** Every word must be found in the title, the names, the people or the reason. */
export function matches(task: Task, filter: Filter): boolean {
  for (const name of choiceNames) {
    const wanted = filter[name];
    if (wanted !== null && !(choices[name].of(task) as readonly string[]).includes(wanted)) return false;
  }
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const hay = [
    task.name,
    task.title,
    task.repository,
    task.requestedBy,
    task.branch,
    sourceOf(task)?.name ?? "",
    task.pullRequest === null ? "" : `#${task.pullRequest.number}`,
    task.reason?.sentence,
    task.runs.at(-1)?.runner,
    ...(task.labels ?? []),
  ]
    .join("\n")
    .toLowerCase();
  return words.every((word) => hay.includes(word));
}
