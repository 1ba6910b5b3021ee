import type Database from "better-sqlite3";
import type { Marks } from "#operations/ports/marks.ts";

export function openMarks(db: Database.Database): Marks {
  const getting = db.prepare<[string, string], { value: string }>(
    "SELECT value FROM marks WHERE place = ? AND name = ?",
  );
  const listing = db.prepare<[string], { name: string }>("SELECT name FROM marks WHERE place = ? ORDER BY name");
  const putting = db.prepare<[string, string, string, number]>(
    `INSERT INTO marks (place, name, value, at) VALUES (?, ?, ?, ?)
     ON CONFLICT (place, name) DO UPDATE SET value = excluded.value, at = excluded.at`,
  );
  const removing = db.prepare<[string, string]>("DELETE FROM marks WHERE place = ? AND name = ?");
  const forgetting = db.prepare<[number, string, number]>("DELETE FROM marks WHERE substr(place, 1, ?) = ? AND at < ?");
  return {
    get: (place, name) => getting.get(place, name)?.value ?? null,
    names: (place) => listing.all(place).map(({ name }) => name),
    put: (place, name, value, at) => {
      putting.run(place, name, value, at);
    },
    remove: (place, name) => {
      removing.run(place, name);
    },
    forgetBefore: (prefix, at) => forgetting.run(prefix.length, prefix, at).changes,
  };
}
