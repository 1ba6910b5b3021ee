import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  DamagedStoreError,
  ForeignStoreError,
  NewerStoreError,
  ReplacedStoreError,
  StoreInUseError,
} from "#store/errors.ts";
import { type Migration, migrate } from "#store/migrate.ts";
import { migrations } from "#store/migrations/all.ts";
import { openStore } from "#store/store.ts";
import { aDelivery, aFolder, aStore, aTask } from "./facts.ts";

const writer = fileURLToPath(new URL("./writer.ts", import.meta.url));

describe("opening the store", () => {
  it("makes files that nobody else may read", () => {
    const file = join(aFolder(), "deep/state.sqlite");
    aStore(file).deliveries.insert(aDelivery());
    for (const name of ["", "-wal", "-shm", ".lock"])
      expect([name, statSync(`${file}${name}`).mode & 0o777]).toEqual([name, 0o600]);
  });

  it("keeps a write-ahead log, so that others can read meanwhile", () => {
    const file = join(aFolder(), "state.sqlite");
    aStore(file);
    const db = new Database(file, { readonly: true });
    onTestFinished(() => void db.close());
    expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
  });

  it("refuses a second server on the same state, and says who has it (F55)", async () => {
    const file = join(aFolder(), "state.sqlite");
    const child = spawn(process.execPath, [writer, file, "first"], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child.stdout, "data");
    expect(() => openStore({ file })).toThrow(StoreInUseError);
    expect(() => openStore({ file })).toThrow(`process ${child.pid}`);
    child.kill("SIGKILL");
    child.stdout.resume();
    await once(child, "close");
    expect(aStore(file).deliveries.insert(aDelivery({ hookId: "1", guid: "first-0" }))).toBe(false);
  });

  it("refuses a second opening in the same process too, until the first is closed (F55)", () => {
    const file = join(aFolder(), "state.sqlite");
    const first = openStore({ file });
    expect(() => openStore({ file })).toThrow(StoreInUseError);
    first.close();
    aStore(file);
  });

  it("refuses the file of a newer version and leaves it alone (F34)", () => {
    const file = join(aFolder(), "state.sqlite");
    openStore({ file }).close();
    const db = new Database(file);
    db.pragma("user_version = 99");
    db.close();
    expect(() => openStore({ file })).toThrow(NewerStoreError);
    expect(() => openStore({ file })).toThrow("schema 99; this one knows");
  });

  it("refuses a file that is no database, and leaves it as it was (F34)", () => {
    const file = join(aFolder(), "state.sqlite");
    writeFileSync(file, "These are my notes.\n".repeat(400));
    expect(() => openStore({ file })).toThrow(DamagedStoreError);
    expect(readFileSync(file, "utf8")).toBe("These are my notes.\n".repeat(400));
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it("refuses a damaged database (F34)", () => {
    const file = join(aFolder(), "state.sqlite");
    const store = openStore({ file });
    for (let issue = 1; issue < 50; issue += 1)
      store.tasks.insert(aTask({ issue: { number: issue, url: "x".repeat(3_000), nodeId: "" } }));
    store.close();
    const bytes = readFileSync(file);
    for (let page = 3; page * 4096 < bytes.length; page += 1) bytes.fill(0xa5, page * 4096, page * 4096 + 200);
    writeFileSync(file, bytes);
    expect(() => openStore({ file })).toThrow(DamagedStoreError);
  });

  it("refuses the database of another program (F34)", () => {
    const file = join(aFolder(), "state.sqlite");
    const db = new Database(file);
    db.exec("CREATE TABLE bookmarks (url TEXT)");
    db.close();
    expect(() => openStore({ file })).toThrow(ForeignStoreError);
  });

  it("can be opened again after a refusal", () => {
    const file = join(aFolder(), "state.sqlite");
    writeFileSync(file, "no database".repeat(200));
    expect(() => openStore({ file })).toThrow(DamagedStoreError);
    writeFileSync(file, "");
    aStore(file);
  });

  it("writes nothing more when the file was moved away or replaced (F34)", () => {
    const file = join(aFolder(), "state.sqlite");
    const store = aStore(file);
    renameSync(file, `${file}.old`);
    expect(() => store.transaction(() => store.deliveries.insert(aDelivery()))).toThrow(ReplacedStoreError);
    writeFileSync(file, "");
    expect(() => store.transaction(() => store.deliveries.insert(aDelivery()))).toThrow(ReplacedStoreError);
  });
});

describe("migrations", () => {
  it("have versions 1, 2, 3 … without gaps", () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, at) => at + 1));
  });

  it.each(migrations.map(({ version }) => version))("lead from version %i to the newest", (version) => {
    const file = join(aFolder(), "state.sqlite");
    const db = new Database(file);
    migrate(db, migrations.slice(0, version));
    db.close();
    aStore(file);
    const now = new Database(file, { readonly: true });
    onTestFinished(() => void now.close());
    const fresh = new Database(":memory:");
    migrate(fresh, migrations);
    const schemaOf = (of: Database.Database) => of.prepare("SELECT type, name FROM sqlite_schema ORDER BY name").all();
    expect(schemaOf(now)).toEqual(schemaOf(fresh));
    expect(now.pragma("user_version", { simple: true })).toBe(migrations.length);
  });

  it("are all applied or none", () => {
    const db = new Database(":memory:");
    const broken: Migration[] = [
      { version: 1, name: "a", sql: "CREATE TABLE a (x) STRICT" },
      { version: 2, name: "b", sql: "CREATE TABLE b (x INTEGER) STRICT; SELECT nothing FROM nowhere" },
    ];
    expect(() => migrate(db, broken)).toThrow();
    expect(db.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()).toEqual({ tables: 0 });
    expect(db.pragma("user_version", { simple: true })).toBe(0);
  });

  it("keep what is there, and refuse to leave references dangling", () => {
    const db = new Database(":memory:");
    const first = { version: 1, name: "a", sql: "CREATE TABLE a (id INTEGER PRIMARY KEY)" };
    migrate(db, [first]);
    db.exec("INSERT INTO a VALUES (5)");
    const second = {
      version: 2,
      name: "b",
      sql: "CREATE TABLE b (a INTEGER REFERENCES a (id)); INSERT INTO b VALUES (5)",
    };
    migrate(db, [first, second]);
    expect(db.prepare("SELECT a FROM b").get()).toEqual({ a: 5 });
    db.pragma("foreign_keys = OFF");
    const third = { version: 3, name: "c", sql: "INSERT INTO b VALUES (6)" };
    expect(() => migrate(db, [first, second, third])).toThrow(DamagedStoreError);
    expect(db.pragma("user_version", { simple: true })).toBe(2);
  });
});
