import { chmodSync, closeSync, mkdirSync, openSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import type { Store } from "#operations/ports/store.ts";
import { ProblemError } from "#operations/problem-error.ts";
import { openAudit } from "./audit.ts";
import { openCommands } from "./commands.ts";
import { openDeliveries } from "./deliveries.ts";
import { DamagedStoreError, FullDiskError, ReplacedStoreError } from "./errors.ts";
import { openFollowUps } from "./follow-ups.ts";
import { openJobs } from "./jobs.ts";
import { takeLock } from "./lock.ts";
import { openMarks } from "./marks.ts";
import { openMessages } from "./messages.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations/all.ts";
import { openNeeds } from "./needs.ts";
import { openNotices } from "./notices.ts";
import { openPolicies } from "./policies.ts";
import { openReconciling } from "./reconciling.ts";
import { openRegistrationTokens } from "./registration-tokens.ts";
import { openReplies } from "./replies.ts";
import { openRunners } from "./runners.ts";
import { openRuns } from "./runs.ts";
import { openSessionEnds } from "./session-ends.ts";
import { openSurfaces } from "./surfaces.ts";
import { openTasks } from "./tasks.ts";
import { openVerdicts } from "./verdicts.ts";
import { openWords } from "./words.ts";

/** How long a statement waits for another program's lock; the event loop stands still for that time. */
const busyMs = 250;

export type OpenStore = Store & {
  close(): void;
  /** Writes a consistent copy while the store is in use; an older copy of that name is replaced. */
  backup(to: string): Promise<void>;
};

/**
 * Opens the state, made or brought up to date where needed. One process at a time has it open.
 * @param options.firstTaskId the number of the first task of a state that has none yet; 1 unless given
 * @throws StoreInUseError, NewerStoreError, DamagedStoreError, ForeignStoreError, FullDiskError
 */
export function openStore(options: { file: string; firstTaskId?: number }): OpenStore {
  const { file, firstTaskId } = options;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const lock = roomFor(file, () => takeLock(file));
  try {
    const db = roomFor(file, () => openDatabase(file));
    if (firstTaskId !== undefined) beginTasksAt(db, firstTaskId);
    return {
      ...collectionsOf(db),
      transaction: transactionsOn(db, file),
      close: () => {
        db.close();
        lock.release();
      },
      backup: (to) => backUp(db, to),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function roomFor<T>(file: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw isSqlite(error, "SQLITE_FULL") ? new FullDiskError(file, error) : error;
  }
}

function collectionsOf(db: Database.Database): Omit<Store, "transaction"> {
  return {
    deliveries: openDeliveries(db),
    policies: openPolicies(db),
    tasks: openTasks(db),
    runs: openRuns(db),
    needs: openNeeds(db),
    runners: openRunners(db),
    registrationTokens: openRegistrationTokens(db),
    surfaces: openSurfaces(db),
    notices: openNotices(db),
    commands: openCommands(db),
    replies: openReplies(db),
    audit: openAudit(db),
    followUps: openFollowUps(db),
    words: openWords(db),
    reconciling: openReconciling(db),
    messages: openMessages(db),
    jobs: openJobs(db),
    marks: openMarks(db),
    verdicts: openVerdicts(db),
    sessionEnds: openSessionEnds(db),
  };
}

function openDatabase(file: string): Database.Database {
  // SQLite gives the -wal and -shm files beside it the same mode.
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
  const db = new Database(file, { timeout: busyMs });
  try {
    db.pragma("trusted_schema = OFF");
    const finding = String(db.pragma("quick_check(1)", { simple: true }));
    if (finding !== "ok") throw new DamagedStoreError(file, finding);
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.pragma("secure_delete = ON");
    db.pragma("foreign_keys = ON");
    migrate(db, migrations);
    return db;
  } catch (error) {
    db.close();
    if (isSqlite(error, "SQLITE_NOTADB", "SQLITE_CORRUPT")) throw new DamagedStoreError(file, error.message, error);
    throw error;
  }
}

/** Nested calls are savepoints of the outermost: what an inner one did is undone when it throws, or when an outer one does. */
function transactionsOn(db: Database.Database, file: string): Store["transaction"] {
  const identity = identityOf(file);
  const carryOut = db.transaction((work: () => unknown) => work());
  return <T>(work: () => T): T => {
    if (db.inTransaction) return carryOut(work) as T;
    if (identityOf(file) !== identity) throw new ReplacedStoreError(file);
    try {
      return carryOut.immediate(work) as T;
    } catch (error) {
      throw refusalOf(error) ?? error;
    }
  };
}

/** Who meets these may try again later, and is told so. */
function refusalOf(error: unknown): ProblemError | null {
  if (isSqlite(error, "SQLITE_BUSY")) {
    const title = "The database is locked by another program.";
    return new ProblemError({ status: 503, code: "store_busy", title, advice: "Try again soon." }, { cause: error });
  }
  if (isSqlite(error, "SQLITE_FULL")) {
    const title = "The server's disk is full.";
    return new ProblemError({ status: 507, code: "disk_full", title, advice: "Free some space." }, { cause: error });
  }
  return null;
}

function beginTasksAt(db: Database.Database, id: number): void {
  const hasTasks = db.prepare("SELECT 1 FROM sqlite_sequence WHERE name = 'tasks'").get() !== undefined;
  if (!hasTasks) db.prepare<[number]>("INSERT INTO sqlite_sequence (name, seq) VALUES ('tasks', ?)").run(id - 1);
}

function identityOf(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}

function isSqlite(error: unknown, ...codes: string[]): error is InstanceType<typeof Database.SqliteError> {
  return error instanceof Database.SqliteError && codes.some((code) => error.code.startsWith(code));
}

async function backUp(db: Database.Database, to: string): Promise<void> {
  const unfinished = `${to}.unfinished`;
  closeSync(openSync(unfinished, "w", 0o600));
  await db.backup(unfinished);
  renameSync(unfinished, to);
}
