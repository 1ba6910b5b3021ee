import type { Migration } from "../migrate.ts";

/** A task of this machine may have a pull request that its owner opened, in another repository than its own. */
export const proposals: Migration = {
  version: 18,
  name: "proposals",
  sql: `
    ALTER TABLE tasks ADD COLUMN proposal TEXT NOT NULL DEFAULT 'null';
    CREATE INDEX tasks_proposed ON tasks (id) WHERE proposal <> 'null';
  `,
};
