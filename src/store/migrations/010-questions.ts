import type { Migration } from "../migrate.ts";

/** What Claude asked last in a run, with the answer; and what people say to a session that is at work. */
export const questions: Migration = {
  version: 10,
  name: "questions",
  sql: `
    ALTER TABLE runs ADD COLUMN question TEXT NOT NULL DEFAULT 'null';

    CREATE TABLE words (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      task_id INTEGER NOT NULL REFERENCES tasks (id),
      by TEXT NOT NULL,
      text TEXT NOT NULL,
      comment TEXT,
      at INTEGER NOT NULL,
      run_id INTEGER REFERENCES runs (id),
      is_thanked INTEGER NOT NULL DEFAULT 0 CHECK (is_thanked IN (0, 1))
    ) STRICT;
    CREATE INDEX words_undelivered ON words (task_id, id) WHERE run_id IS NULL;
    CREATE INDEX words_unthanked ON words (id) WHERE run_id IS NOT NULL AND is_thanked = 0;
    CREATE INDEX words_of_comment ON words (comment) WHERE comment IS NOT NULL;
  `,
};
