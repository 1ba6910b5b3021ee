import type { Migration } from "../migrate.ts";

/** A person may have a run's session for themselves. */
export const takeovers: Migration = {
  version: 13,
  name: "takeovers",
  sql: "ALTER TABLE runs ADD COLUMN takeover TEXT;",
};
