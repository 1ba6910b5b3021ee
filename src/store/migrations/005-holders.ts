import type { Migration } from "../migrate.ts";

/** From which folder of which machine a runner's credential is used. */
export const holders: Migration = {
  version: 5,
  name: "holders",
  sql: "ALTER TABLE runners ADD COLUMN holder TEXT;",
};
