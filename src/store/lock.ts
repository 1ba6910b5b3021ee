import { randomUUID } from "node:crypto";
import { closeSync, existsSync, openSync } from "node:fs";
import Database from "better-sqlite3";
import { StoreInUseError } from "./errors.ts";

/**
 * Takes the state for this process: a write transaction on a small database beside it, held open until `release`.
 * The kernel ends it with the process, however that dies, so there is no stale lock to judge; and other programs
 * can still read the state itself (backups). The holder's row only serves the message.
 * @throws StoreInUseError when somebody else holds it
 */
export function takeLock(file: string): { release(): void } {
  const path = `${file}.lock`;
  closeSync(openSync(path, "a", 0o600));
  const db = new Database(path, { timeout: 200 });
  try {
    const me = randomUUID();
    begin(db);
    db.exec("CREATE TABLE IF NOT EXISTS holder (name TEXT NOT NULL, pid INTEGER NOT NULL); DELETE FROM holder");
    db.prepare("INSERT INTO holder (name, pid) VALUES (?, ?)").run(me, process.pid);
    db.exec("COMMIT");
    begin(db);
    if (holderOf(db)?.name !== me) throw new StoreInUseError(file, whoHolds(db));
    return { release: () => db.close() };
  } catch (error) {
    const holder = whoHolds(db);
    db.close();
    throw isBusy(error) ? new StoreInUseError(file, holder) : error;
  }
}

/** The process that holds the state; null when nobody does. */
export function lockHolder(file: string): number | null {
  if (!existsSync(`${file}.lock`)) return null;
  const db = new Database(`${file}.lock`, { timeout: 0 });
  try {
    begin(db);
    return null;
  } catch (error) {
    if (isBusy(error)) return holderOf(db)?.pid ?? null;
    throw error;
  } finally {
    db.close();
  }
}

function begin(db: Database.Database): void {
  db.exec("BEGIN IMMEDIATE");
}

function holderOf(db: Database.Database): { name: string; pid: number } | undefined {
  return db.prepare<[], { name: string; pid: number }>("SELECT name, pid FROM holder").get();
}

function whoHolds(db: Database.Database): string {
  try {
    const holder = holderOf(db);
    return holder ? `process ${holder.pid}` : "an unknown process";
  } catch (error) {
    if (error instanceof Database.SqliteError) return "an unknown process";
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY");
}
