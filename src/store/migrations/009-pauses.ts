import type { Migration } from "../migrate.ts";

/** Runners that a person holds back, or has taken off the list. */
export const pauses: Migration = {
  version: 9,
  name: "pauses",
  sql: `
    ALTER TABLE runners ADD COLUMN paused TEXT NOT NULL DEFAULT 'null';
    ALTER TABLE runners ADD COLUMN removed_at INTEGER;
  `,
};
