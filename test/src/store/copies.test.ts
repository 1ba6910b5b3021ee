import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { copyState, restoreState } from "#store/copies.ts";
import { openStore } from "#store/store.ts";
import { aDelivery, aFolder } from "./facts.ts";

function filled(folder: string, guids: readonly string[]): string {
  const file = join(folder, "state.db");
  const store = openStore({ file });
  for (const guid of guids) store.deliveries.insert(aDelivery({ guid }));
  store.close();
  return file;
}

function knows(file: string, guid: string): boolean {
  const store = openStore({ file });
  const isKnown = store.deliveries.isKnown(guid);
  store.close();
  return isKnown;
}

it("copies a state that a server is writing, from another program: whole, and with what was committed before", async () => {
  const folder = aFolder();
  const store = openStore({ file: join(folder, "state.db") });
  for (let count = 0; count < 50; count += 1) store.deliveries.insert(aDelivery({ guid: `g${count}` }));
  const copy = join(folder, "copy.db");
  writeFileSync(copy, "an older one");
  const copying = copyState(join(folder, "state.db"), copy);
  store.deliveries.insert(aDelivery({ guid: "meanwhile" }));
  await copying;
  store.close();
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  expect(existsSync(`${copy}.unfinished`)).toBe(false);
  expect(knows(copy, "g49")).toBe(true);
});

it("puts a copy in the place of a state and keeps what was there", async () => {
  const folder = aFolder();
  const file = filled(folder, ["early"]);
  const copy = join(folder, "copy.db");
  await copyState(file, copy);
  filled(folder, ["late"]);
  const former = restoreState(copy, file);
  expect([knows(file, "early"), knows(file, "late")]).toEqual([true, false]);
  expect(knows(former ?? "", "late")).toBe(true);
});

it("replaces a damaged state, which it keeps as it is", async () => {
  const folder = aFolder();
  const file = filled(folder, ["early"]);
  const copy = join(folder, "copy.db");
  await copyState(file, copy);
  writeFileSync(file, "no database at all, but long enough to be read as one".repeat(100));
  await expect(copyState(file, join(folder, "other.db"))).rejects.toThrow(/cannot be read as a database/);
  const former = restoreState(copy, file);
  expect(knows(file, "early")).toBe(true);
  expect(readFileSync(former ?? "", "utf8")).toContain("no database at all");
});

it.each([
  ["that is damaged", (copy: string) => truncateSync(copy, 5_000), /cannot be read|malformed|Put a backup/],
  ["of another program", (copy: string) => pragma(copy, "application_id = 7"), /another program/],
  ["of a newer version", (copy: string) => pragma(copy, "user_version = 99"), /newer version/],
])("refuses a copy %s, and changes nothing", async (_what, harm, sentence) => {
  const folder = aFolder();
  const file = filled(folder, ["early"]);
  const copy = join(folder, "copy.db");
  await copyState(file, copy);
  harm(copy);
  expect(() => restoreState(copy, file)).toThrow(sentence);
  expect(knows(file, "early")).toBe(true);
  expect(existsSync(`${file}.before-restore`)).toBe(false);
});

it("refuses to replace a state under a running server", async () => {
  const folder = aFolder();
  const file = filled(folder, ["early"]);
  const copy = join(folder, "copy.db");
  await copyState(file, copy);
  const store = openStore({ file });
  expect(() => restoreState(copy, file)).toThrow(/Another server/);
  store.close();
});

function pragma(file: string, change: string): void {
  const db = new Database(file);
  db.pragma(change);
  db.close();
}
