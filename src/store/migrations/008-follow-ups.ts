import type { Migration } from "../migrate.ts";

/** What comes after a pull request is there: what to look at, what was done about which cause, and what to answer. */
export const followUps: Migration = {
  version: 8,
  name: "follow-ups",
  sql: `
    ALTER TABLE tasks ADD COLUMN hand_over TEXT NOT NULL DEFAULT 'null';

    CREATE TABLE due_looks (
      task_id INTEGER NOT NULL REFERENCES tasks (id),
      what TEXT NOT NULL CHECK (what IN ('checks', 'review', 'mergeable')),
      since INTEGER NOT NULL,
      due_at INTEGER NOT NULL,
      tries INTEGER NOT NULL DEFAULT 0,
      marks INTEGER NOT NULL DEFAULT 1,
      PRIMARY KEY (task_id, what)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX due_looks_by_time ON due_looks (due_at);

    CREATE TABLE follow_up_causes (
      task_id INTEGER NOT NULL REFERENCES tasks (id),
      cause TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (task_id, cause)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE follow_ups (
      run_id INTEGER PRIMARY KEY REFERENCES runs (id),
      task_id INTEGER NOT NULL REFERENCES tasks (id),
      purpose TEXT NOT NULL,
      brief TEXT NOT NULL,
      answers TEXT NOT NULL DEFAULT 'null'
    ) STRICT;
    CREATE INDEX follow_ups_of_task ON follow_ups (task_id, purpose, run_id);
    CREATE INDEX follow_ups_unanswered ON follow_ups (run_id) WHERE answers <> 'null';
  `,
};
