import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { openDueSurfaces } from "#store/due-surfaces.ts";
import { migrate } from "#store/migrate.ts";
import { migrations } from "#store/migrations/all.ts";
import { openTasks } from "#store/tasks.ts";
import { aTask } from "./facts.ts";
import { randomFrom } from "./random.ts";

/** What a task is, and what was last shown of it. */
type Shown = { facts: number; shown: number };

/** Lets random things happen to three tasks, then lets everything that is due be shown. */
function live(seed: number, steps: number): Shown[] {
  const random = randomFrom(seed);
  const db = new Database(":memory:");
  migrate(db, migrations);
  const tasks = openTasks(db);
  const worlds = [1, 2, 3].map(() => {
    tasks.insert(aTask({ issue: null }));
    return { facts: 0, shown: 0 };
  });
  let surfaces = openDueSurfaces(db);
  let now = 1_000;
  let applying: { taskId: number; dueAt: number; read: number | null }[] = [];
  const factsOf = (taskId: number) => worlds[taskId - 1] ?? { facts: 0, shown: 0 };
  const happenings: (() => void)[] = [
    () => {
      now += Math.floor(random() * 40);
    },
    () => {
      const taskId = 1 + Math.floor(random() * 3);
      factsOf(taskId).facts += 1;
      surfaces.markDue(taskId, now + Math.floor(random() * 60));
    },
    () => {
      const isBusy = (taskId: number) => applying.some((one) => one.taskId === taskId);
      for (const { taskId, dueAt } of surfaces.due(now))
        if (!isBusy(taskId)) applying.push({ taskId, dueAt, read: null });
    },
    () => {
      const one = applying.find(({ read }) => read === null);
      if (one) one.read = factsOf(one.taskId).facts;
    },
    () => {
      const one = applying.find(({ read }) => read !== null);
      if (one === undefined) return;
      applying = applying.filter((other) => other !== one);
      if (random() < 0.3) surfaces.postpone(one.taskId, now + Math.floor(random() * 100));
      else {
        factsOf(one.taskId).shown = one.read ?? 0;
        surfaces.settle(one.taskId, one.dueAt);
      }
    },
    () => {
      // The process dies and starts again.
      if (random() > 0.1) return;
      applying = [];
      surfaces = openDueSurfaces(db);
    },
  ];
  for (let step = 0; step < steps; step += 1) happenings[Math.floor(random() * happenings.length)]?.();
  for (const { taskId, dueAt, read } of applying) {
    factsOf(taskId).shown = read ?? factsOf(taskId).facts;
    surfaces.settle(taskId, dueAt);
  }
  for (let at = surfaces.nextDueAt(); at !== null; at = surfaces.nextDueAt()) {
    for (const { taskId, dueAt } of surfaces.due(at)) {
      factsOf(taskId).shown = factsOf(taskId).facts;
      surfaces.settle(taskId, dueAt);
    }
  }
  db.close();
  return worlds;
}

it("what is shown in the end is what is so, whatever happens in between (F57, 300 seeds)", () => {
  for (let seed = 1; seed <= 300; seed += 1)
    for (const [task, { facts, shown }] of live(seed, 120).entries())
      expect({ seed, task, shown }).toEqual({ seed, task, shown: facts });
});
