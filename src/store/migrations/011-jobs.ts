import type { Migration } from "../migrate.ts";

/** Jobs of GitHub Actions are runners for one run and for a time. */
export const jobs: Migration = {
  version: 11,
  name: "jobs",
  sql: `
    ALTER TABLE runners ADD COLUMN only_run INTEGER;
    ALTER TABLE runners ADD COLUMN ends_at INTEGER;

    CREATE TABLE jobs (
      run_id INTEGER PRIMARY KEY,
      workflow_run INTEGER NOT NULL,
      url TEXT NOT NULL,
      asked_at INTEGER NOT NULL,
      tries INTEGER NOT NULL
    ) STRICT;
  `,
};
