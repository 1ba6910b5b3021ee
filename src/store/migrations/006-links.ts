import type { Migration } from "../migrate.ts";

/** What a task's issue is linked with: the issues that block it, and its sub-issues. */
export const links: Migration = {
  version: 6,
  name: "links",
  sql: `
    ALTER TABLE tasks ADD COLUMN links TEXT NOT NULL DEFAULT '{"blockers":[],"children":[],"cycle":null}';
    CREATE INDEX tasks_linked ON tasks (id) WHERE links <> '{"blockers":[],"children":[],"cycle":null}';
  `,
};
