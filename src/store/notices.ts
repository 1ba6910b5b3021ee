import type Database from "better-sqlite3";
import type { RepositoryRef } from "#domain/task.ts";
import type { Notices } from "#operations/ports/surfaces.ts";
import { type Json, ofJson, toJson } from "./json.ts";

type Row = { id: number; repository: Json<RepositoryRef>; issue: number; code: string; body: Json<string> };

/** One-time replies to refused wishes. */
export function openNotices(db: Database.Database): Notices {
  const inserting = db.prepare(
    `INSERT INTO notices (repository_id, repository, issue, code, body) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (repository_id, issue, code) DO NOTHING`,
  );
  const unwritten = db.prepare<[], Row>("SELECT * FROM notices WHERE written = 0 ORDER BY id");
  const marking = db.prepare("UPDATE notices SET written = 1 WHERE id = ?");
  return {
    insert: ({ repository, issue, code, body }) => {
      inserting.run(repository.id, toJson(repository), issue, code, toJson(body));
    },
    unwritten: () =>
      unwritten.all().map((row) => ({
        id: row.id,
        repository: ofJson(row.repository),
        issue: row.issue,
        code: row.code,
        body: ofJson(row.body),
      })),
    written: (id) => {
      marking.run(id);
    },
  };
}
