import type { Migration } from "../migrate.ts";

/** Work in a repository of this machine is merged by its owner, without a pull request. */
export const merges: Migration = {
  version: 17,
  name: "merges",
  sql: "ALTER TABLE tasks ADD COLUMN merged TEXT NOT NULL DEFAULT 'null';",
};
