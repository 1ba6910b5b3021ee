import { chmodSync, copyFileSync, existsSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { DamagedStoreError, ForeignStoreError, NoFolderError, NoStoreError } from "./errors.ts";
import { takeLock } from "./lock.ts";
import { openStore } from "./store.ts";

/** Marks a database as ours, see migrate.ts. */
const applicationId = 0x43434f72;

/**
 * Writes a consistent copy of a state that a server may be working on; an older copy of that name is replaced.
 * @throws NoStoreError, NoFolderError, ForeignStoreError, DamagedStoreError
 */
export async function copyState(file: string, to: string): Promise<void> {
  if (!existsSync(file)) throw new NoStoreError(file);
  // SQLite's own refusal has no code to know it by.
  if (!existsSync(dirname(to))) throw new NoFolderError(dirname(to));
  const unfinished = `${to}.unfinished`;
  const db = openToRead(file);
  try {
    await db.backup(unfinished);
    chmodSync(unfinished, 0o600);
    openToRead(unfinished, file).close();
    renameSync(unfinished, to);
  } finally {
    db.close();
    for (const left of [unfinished, `${unfinished}-journal`]) rmSync(left, { force: true });
  }
}

/**
 * Puts a copy in the place of a state that nobody is working on, and brings it up to date. What was there is kept beside it.
 * @returns where the former state is, null when there was none
 * @throws NoStoreError, StoreInUseError, NewerStoreError, DamagedStoreError, ForeignStoreError; nothing is changed then
 */
export function restoreState(copy: string, file: string): string | null {
  if (!existsSync(copy)) throw new NoStoreError(copy);
  openToRead(copy).close();
  const lock = takeLock(file);
  const incoming = `${file}.restoring`;
  try {
    copyFileSync(copy, incoming);
    chmodSync(incoming, 0o600);
    // Opened as the server will open it: what it would refuse is refused here.
    openStore({ file: incoming }).close();
    const former = existsSync(file) ? `${file}.before-restore` : null;
    if (former !== null) keep(file, former);
    // The write-ahead log of the former state must not be taken for that of the new one.
    for (const end of ["-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
    renameSync(incoming, file);
    return former;
  } finally {
    for (const end of ["", "-wal", "-shm", ".lock", ".lock-journal"]) rmSync(`${incoming}${end}`, { force: true });
    lock.release();
  }
}

/** File by file, for it may be damaged: that is what one restores for. */
function keep(file: string, to: string): void {
  for (const end of ["-shm", "-wal", ""]) {
    rmSync(`${to}${end}`, { force: true });
    if (existsSync(`${file}${end}`)) copyFileSync(`${file}${end}`, `${to}${end}`);
  }
}

/** @param named what the file is called in errors */
function openToRead(file: string, named: string = file): Database.Database {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const finding = String(db.pragma("quick_check(1)", { simple: true }));
    if (finding !== "ok") throw new DamagedStoreError(named, finding);
    if (Number(db.pragma("application_id", { simple: true })) !== applicationId) throw new ForeignStoreError(named);
    return db;
  } catch (error) {
    db.close();
    const isDamage = error instanceof Database.SqliteError && /^SQLITE_(NOTADB|CORRUPT)/.test(error.code);
    throw isDamage ? new DamagedStoreError(named, error.message, error) : error;
  }
}
