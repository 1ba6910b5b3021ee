import type Database from "better-sqlite3";
import type { Needs } from "#operations/ports/tasks.ts";

export function openNeeds(db: Database.Database): Needs {
  const adding = db.prepare<[number, number]>("INSERT OR IGNORE INTO task_needs (task_id, needs_id) VALUES (?, ?)");
  const of = db.prepare<[number], { id: number }>(
    "SELECT needs_id AS id FROM task_needs WHERE task_id = ? ORDER BY needs_id",
  );
  return {
    add: (taskId, needs) => {
      for (const id of needs) adding.run(taskId, id);
    },
    of: (taskId) => of.all(taskId).map(({ id }) => id),
  };
}
