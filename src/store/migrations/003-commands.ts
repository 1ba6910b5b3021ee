import type { Migration } from "../migrate.ts";

/** What comments have asked for, and what was answered. */
export const commands: Migration = {
  version: 3,
  name: "commands",
  sql: `
    CREATE TABLE commands (
      repository_id INTEGER NOT NULL,
      comment TEXT NOT NULL,
      ordinal INTEGER NOT NULL,
      thread INTEGER NOT NULL,
      by TEXT NOT NULL,
      line TEXT NOT NULL,
      is_done INTEGER NOT NULL CHECK (is_done IN (0, 1)),
      answer TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (repository_id, comment, ordinal)
    ) STRICT;
    CREATE INDEX commands_of_thread ON commands (repository_id, thread, at);
    CREATE INDEX commands_by_age ON commands (at);

    CREATE TABLE replies (
      repository_id INTEGER NOT NULL,
      thread INTEGER NOT NULL,
      repository TEXT NOT NULL,
      remote_id TEXT,
      body TEXT NOT NULL,
      written TEXT NOT NULL DEFAULT 'null',
      PRIMARY KEY (repository_id, thread)
    ) STRICT;
    CREATE INDEX replies_unwritten ON replies (repository_id, thread) WHERE body <> written;
  `,
};
