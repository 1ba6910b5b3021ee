import type Database from "better-sqlite3";
import { DamagedStoreError, ForeignStoreError, NewerStoreError } from "./errors.ts";

/** One change of the schema; versions start at 1 and have no gaps. */
export type Migration = { version: number; name: string; sql: string };

/** Marks a database as ours ("CCOr"), see https://www.sqlite.org/pragma.html#pragma_application_id */
const applicationId = 0x43434f72;

/**
 * Brings the schema up to the last of `migrations`: all of the missing ones, or none.
 * @throws ForeignStoreError, NewerStoreError, DamagedStoreError
 */
export function migrate(db: Database.Database, migrations: readonly Migration[]): void {
  const known = migrations.at(-1)?.version ?? 0;
  db.transaction(() => {
    const found = numberOf(db, "user_version");
    refuseForeign(db, found);
    if (found > known) throw new NewerStoreError(db.name, found, known);
    for (const migration of migrations.filter(({ version }) => version > found)) db.exec(migration.sql);
    if (found === known) return;
    if (db.prepare("PRAGMA foreign_key_check").all().length > 0)
      throw new DamagedStoreError(db.name, "rows refer to others that are not there");
    db.pragma(`user_version = ${known}`);
    db.pragma(`application_id = ${applicationId}`);
  }).immediate();
}

function refuseForeign(db: Database.Database, version: number): void {
  if (numberOf(db, "application_id") === applicationId) return;
  const isEmpty = version === 0 && db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  if (!isEmpty) throw new ForeignStoreError(db.name);
}

function numberOf(db: Database.Database, pragma: string): number {
  return Number(db.pragma(pragma, { simple: true }));
}
