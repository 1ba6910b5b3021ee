import type { Migration } from "../migrate.ts";

/** Tasks that wait for other tasks. */
export const needs: Migration = {
  version: 12,
  name: "needs",
  sql: `
    CREATE TABLE task_needs (
      task_id INTEGER NOT NULL REFERENCES tasks (id),
      needs_id INTEGER NOT NULL REFERENCES tasks (id),
      PRIMARY KEY (task_id, needs_id)
    ) STRICT, WITHOUT ROWID;
  `,
};
