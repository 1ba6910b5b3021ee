import { cycleFrom, issueName, type LinkedIssue, type Links, linksTo } from "#domain/links.ts";
import { isAlive, type RepositoryRef, type TaskFacts } from "#domain/task.ts";
import type { World } from "./ports/world.ts";

/** So many issues are looked at for a way back: longer chains are nobody's plan. */
const mostLooked = 20;

/** What the issue is linked with now, and whether it waits for itself. */
export async function readLinks(world: World, repository: RepositoryRef, issue: number): Promise<Links> {
  const { blockers, children } = await world.github.linkedIssues(repository, issue);
  return { blockers, children, cycle: await cycleOf(world, repository, issue, blockers) };
}

/** Walks over open blockers, the nearest first. */
async function cycleOf(world: World, repository: RepositoryRef, issue: number, blockers: LinkedIssue[]) {
  const from = repository.name;
  const name = (one: { repository: string; number: number }) => issueName(one, from);
  const start = name({ repository: from, number: issue });
  const known = new Map<string, string[]>();
  const open = (all: readonly LinkedIssue[]) => all.filter((one) => one.isOpen);
  known.set(start, open(blockers).map(name));
  const waiting = open(blockers);
  for (let next = waiting.shift(); next !== undefined && known.size < mostLooked; next = waiting.shift()) {
    if (known.has(name(next))) continue;
    const there = { ...repository, name: next.repository };
    const found = open((await world.github.linkedIssues(there, next.number)).blockers);
    known.set(name(next), found.map(name));
    waiting.push(...found);
  }
  return cycleFrom(start, known);
}

/** Something about an issue's links has changed: its own task is looked at, and those whose links name it. */
export async function followLinks(world: World, of: { repository: RepositoryRef; issue: number }): Promise<void> {
  const { repository, issue } = of;
  const own = world.store.tasks.byIssue(repository.id, issue);
  const named = world.store.tasks
    .linked()
    .filter((task) => linksTo(task.links, { repository: repository.name, number: issue }));
  for (const task of new Map([...(own === null ? [] : [own]), ...named].map((one) => [one.id, one])).values()) {
    if (world.store.runs.ofTask(task.id).length > 0) await refreshLinks(world, task);
  }
}

/** @returns whether anything is different now */
export async function refreshLinks(world: World, task: TaskFacts): Promise<boolean> {
  if (task.issue === null) return false;
  const { store } = world;
  const links = await readLinks(world, task.repository, task.issue.number);
  const isChanged = store.transaction(() => {
    const now = store.tasks.get(task.id);
    if (now === null || JSON.stringify(now.links) === JSON.stringify(links)) return false;
    store.tasks.update({ ...now, links, updatedAt: world.clock() });
    store.surfaces.markDue(task.id, world.clock());
    return true;
  });
  if (isChanged) {
    world.bell.task(task.id);
    world.bell.queue();
    world.bell.work();
  }
  return isChanged;
}

/** Asks again for the links of what waits, and of parents that are worked on; nobody is told of every change. */
export async function reconcileLinks(world: World, repository: RepositoryRef): Promise<number[]> {
  const { store } = world;
  const changed: number[] = [];
  for (const task of store.tasks.current(repository.id, world.clock())) {
    const runs = store.runs.ofTask(task.id);
    const isWaiting = runs.some((run) => run.status === "queued");
    if (task.issue === null || !(isWaiting || (isAlive(runs) && task.links.children.length > 0))) continue;
    if (await refreshLinks(world, task)) changed.push(task.issue.number);
  }
  return changed;
}
