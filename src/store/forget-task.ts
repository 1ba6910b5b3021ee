import type Database from "better-sqlite3";

type Reference = { table: string; column: string; to: string };

/**
 * Takes a task out with everything that refers to it, in whatever table: its runs first, and what refers to those. Part of
 * a transaction.
 */
export function forgetTask(db: Database.Database, id: number): void {
  const references = db
    .prepare<[], Reference>(
      `SELECT m.name AS "table", f."from" AS "column", f."table" AS "to"
       FROM sqlite_schema AS m JOIN pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table'`,
    )
    .all();
  const runs = db.prepare<[number], { id: number }>("SELECT id FROM runs WHERE task_id = ?").all(id);
  const clear = (to: string, one: number) => {
    for (const { table, column } of references.filter((reference) => reference.to === to))
      db.prepare(`DELETE FROM "${table}" WHERE "${column}" = ?`).run(one);
  };
  for (const run of runs) clear("runs", run.id);
  clear("tasks", id);
  db.prepare("DELETE FROM tasks WHERE id = ?").run(id);
}
