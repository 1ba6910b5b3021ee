import type Database from "better-sqlite3";
import type { RepositoryRef } from "#domain/task.ts";
import type { Replies } from "#operations/ports/commands.ts";
import { type Json, ofJson, toJson } from "./json.ts";

type Row = {
  thread: number;
  repository: Json<RepositoryRef>;
  remote_id: string | null;
  body: Json<string>;
};

/** The comments with answers to commands: one under each issue or pull request, replaced in place. */
export function openReplies(db: Database.Database): Replies {
  const putting = db.prepare(
    `INSERT INTO replies (repository_id, thread, repository, body) VALUES (?, ?, ?, ?)
     ON CONFLICT (repository_id, thread) DO UPDATE SET repository = excluded.repository, body = excluded.body`,
  );
  const unwritten = db.prepare<[], Row>("SELECT * FROM replies WHERE body <> written ORDER BY repository_id, thread");
  const marking = db.prepare(
    "UPDATE replies SET written = ?, remote_id = ifnull(?, remote_id) WHERE repository_id = ? AND thread = ?",
  );
  return {
    put: ({ repository, thread, body }) => {
      putting.run(repository.id, thread, toJson(repository), toJson(body));
    },
    unwritten: () =>
      unwritten.all().map((row) => ({
        repository: ofJson(row.repository),
        thread: row.thread,
        remoteId: row.remote_id,
        body: ofJson(row.body),
      })),
    written: ({ repository, thread, body }, remoteId) => {
      marking.run(toJson(body), remoteId, repository.id, thread);
    },
  };
}
