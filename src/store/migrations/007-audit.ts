import type { Migration } from "../migrate.ts";

/** Who did what, and what is wrong with policy files. */
export const audit: Migration = {
  version: 7,
  name: "audit",
  sql: `
    CREATE TABLE audit (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      by TEXT NOT NULL,
      place TEXT NOT NULL CHECK (place IN ('dashboard', 'program')),
      address TEXT,
      action TEXT NOT NULL,
      subject TEXT NOT NULL,
      refusal TEXT NOT NULL
    ) STRICT;
    CREATE INDEX audit_by_age ON audit (at);

    CREATE TABLE policy_problems (
      repository_id INTEGER PRIMARY KEY,
      repository TEXT NOT NULL,
      problem TEXT NOT NULL
    ) STRICT;
  `,
};
