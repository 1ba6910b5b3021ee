import type { Migration } from "../migrate.ts";

/** Tasks come from elsewhere than from GitHub's issues, too; whoever brings them remembers how far it has read. */
export const origins: Migration = {
  version: 15,
  name: "origins",
  sql: `
    ALTER TABLE tasks ADD COLUMN origin TEXT NOT NULL DEFAULT 'null';
    CREATE UNIQUE INDEX tasks_by_origin
      ON tasks (json_extract(origin, '$.place'), json_extract(origin, '$.key')) WHERE origin <> 'null';
    CREATE TABLE marks (
      place TEXT NOT NULL,
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (place, name)
    ) STRICT, WITHOUT ROWID;
  `,
};
