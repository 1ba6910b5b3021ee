/**
 * better-sqlite3's interface, as far as this folder uses it, over the SQLite that comes with Node. The GitHub Action is
 * bundled with it: a bundle cannot carry a native module for whatever machine it will run on. The build puts it in
 * better-sqlite3's place (scripts/build.mjs), and the store's tests run on both (vitest.config.ts).
 */
import { existsSync } from "node:fs";
import { backup, DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

/** Names of the primary result codes that somebody here asks for (https://www.sqlite.org/rescode.html). */
const codeNames: Readonly<Record<number, string>> = {
  5: "SQLITE_BUSY",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  19: "SQLITE_CONSTRAINT",
  26: "SQLITE_NOTADB",
};

/** What SQLite refused; `code` is its name for it. */
class SqliteError extends Error {
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.name = "SqliteError";
    this.code = code;
  }
}

type Options = { timeout?: number; readonly?: boolean; fileMustExist?: boolean };
type Transaction<T> = ((...args: never[]) => T) & { immediate(...args: never[]): T };

class Statement {
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
  }

  run(...values: SQLInputValue[]) {
    return told(() => this.#statement.run(...values));
  }

  get(...values: SQLInputValue[]): unknown {
    return told(() => this.#statement.get(...values));
  }

  all(...values: SQLInputValue[]): unknown[] {
    return told(() => this.#statement.all(...values));
  }

  *iterate(...values: SQLInputValue[]): Generator<unknown> {
    yield* told(() => this.#statement.iterate(...values));
  }
}

/** @throws SqliteError from every method */
export default class Database {
  static readonly SqliteError = SqliteError;
  readonly name: string;
  readonly #db: DatabaseSync;
  /** Depth of savepoints, each of which has a name of its own. */
  #depth = 0;

  constructor(file: string, { timeout = 5_000, readonly = false, fileMustExist = false }: Options = {}) {
    if (fileMustExist && !existsSync(file)) throw new SqliteError("unable to open database file", "SQLITE_CANTOPEN");
    this.name = file;
    this.#db = told(() => new DatabaseSync(file, { timeout, readOnly: readonly }));
  }

  get inTransaction(): boolean {
    return this.#db.isTransaction;
  }

  prepare(sql: string): Statement {
    return new Statement(told(() => this.#db.prepare(sql)));
  }

  exec(sql: string): this {
    told(() => this.#db.exec(sql));
    return this;
  }

  pragma(text: string, { simple = false }: { simple?: boolean } = {}): unknown {
    const rows = this.prepare(`PRAGMA ${text}`).all() as Record<string, unknown>[];
    return simple ? Object.values(rows[0] ?? {})[0] : rows;
  }

  /** A function that carries `work` out whole or not at all; within another one it is a savepoint of it. */
  transaction<T>(work: (...args: never[]) => T): Transaction<T> {
    const begun =
      (begin: string) =>
      (...args: never[]): T =>
        this.#carryOut(begin, () => work(...args));
    return Object.assign(begun("BEGIN"), { immediate: begun("BEGIN IMMEDIATE") });
  }

  #carryOut<T>(begin: string, work: () => T): T {
    const isInner = this.inTransaction;
    const savepoint = `inner_${this.#depth}`;
    this.exec(isInner ? `SAVEPOINT ${savepoint}` : begin);
    this.#depth += 1;
    try {
      const result = work();
      if (result instanceof Promise) throw new TypeError("A transaction cannot wait for a promise");
      this.exec(isInner ? `RELEASE ${savepoint}` : "COMMIT");
      return result;
    } catch (error) {
      // A full disk has undone everything by itself.
      if (this.inTransaction) this.exec(isInner ? `ROLLBACK TO ${savepoint}; RELEASE ${savepoint}` : "ROLLBACK");
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  async backup(to: string): Promise<void> {
    await backup(this.#db, to).catch((error: unknown) => {
      throw named(error);
    });
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }
}

function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw named(error);
  }
}

function named(error: unknown): unknown {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return error;
  const primary = error.errcode & 0xff;
  const code = codeNames[primary] ?? `SQLITE_${primary}`;
  const told = new SqliteError(error.message, code);
  told.cause = error;
  return told;
}
