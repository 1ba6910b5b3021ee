import type { Migration } from "../migrate.ts";

/** What others say of a task's pull request, and where on which machine a run works. */
export const verdicts: Migration = {
  version: 14,
  name: "verdicts",
  sql: `
    CREATE TABLE verdicts (
      task_id INTEGER PRIMARY KEY REFERENCES tasks (id),
      verdicts TEXT NOT NULL
    ) STRICT;
    ALTER TABLE runs ADD COLUMN place TEXT NOT NULL DEFAULT 'null';
  `,
};
