import type { Migration } from "../migrate.ts";

/** What reconciling has to remember, and why a runner claims nothing. */
export const reconcile: Migration = {
  version: 2,
  name: "reconcile",
  sql: `
    CREATE INDEX deliveries_by_guid ON deliveries (guid);
    CREATE INDEX deliveries_by_age ON deliveries (received_at) WHERE state <> 'pending';

    ALTER TABLE policies ADD COLUMN read_at INTEGER NOT NULL DEFAULT 0;

    ALTER TABLE runners ADD COLUMN not_claiming TEXT NOT NULL DEFAULT 'null';

    CREATE TABLE redeliveries (
      guid TEXT PRIMARY KEY,
      asked_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE judged_labels (
      repository_id INTEGER NOT NULL,
      issue INTEGER NOT NULL,
      judged_at INTEGER NOT NULL,
      found_at INTEGER NOT NULL,
      looked_at INTEGER NOT NULL,
      PRIMARY KEY (repository_id, issue)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE repairs (
      task_id INTEGER NOT NULL REFERENCES tasks (id),
      place TEXT NOT NULL,
      cause TEXT NOT NULL,
      repaired_at INTEGER NOT NULL,
      PRIMARY KEY (task_id, place, cause)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE read_back (
      task_id INTEGER PRIMARY KEY REFERENCES tasks (id),
      read_at INTEGER NOT NULL
    ) STRICT;
  `,
};
