import type { Migration } from "../migrate.ts";

/** Webhooks of our own: what is to be sent to whom, and what was told already. */
export const messages: Migration = {
  version: 4,
  name: "messages",
  sql: `
    CREATE TABLE messages (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      message_id TEXT NOT NULL,
      receiver TEXT NOT NULL,
      subject TEXT NOT NULL,
      type TEXT NOT NULL,
      body TEXT NOT NULL,
      status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'dead')),
      created_at INTEGER NOT NULL,
      next_at INTEGER NOT NULL,
      tries INTEGER NOT NULL DEFAULT 0,
      last_answer TEXT
    ) STRICT;
    CREATE INDEX messages_pending ON messages (receiver, subject, id) WHERE status = 'pending';
    CREATE INDEX messages_over ON messages (created_at) WHERE status <> 'pending';

    CREATE TABLE told (
      subject TEXT PRIMARY KEY,
      picture TEXT NOT NULL
    ) STRICT;
  `,
};
