import type { Migration } from "../migrate.ts";

/** Sessions of browsers and programs that somebody ended. */
export const sessionEnds: Migration = {
  version: 16,
  name: "session ends",
  sql: `
    CREATE TABLE ended_sessions (
      session TEXT PRIMARY KEY,
      expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE signed_out (
      who TEXT PRIMARY KEY,
      at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
