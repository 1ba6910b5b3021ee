import type Database from "better-sqlite3";
import type { CommandRecord, Commands } from "#operations/ports/commands.ts";
import { type Json, ofJson, toJson } from "./json.ts";

type Row = {
  repository_id: number;
  comment: string;
  ordinal: number;
  thread: number;
  by: string;
  line: Json<string>;
  is_done: number;
  answer: Json<string | null>;
  at: number;
};

/** What comments have asked for, each command once. */
export function openCommands(db: Database.Database): Commands {
  const inserting = db.prepare(
    `INSERT INTO commands (repository_id, comment, ordinal, thread, by, line, is_done, answer, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const ofComment = db.prepare<[number, string], Row>(
    "SELECT * FROM commands WHERE repository_id = ? AND comment = ? ORDER BY ordinal",
  );
  // What was asked outside GitHub has a colon in its key, and was answered there.
  const answered = db.prepare<[number, number, number, number], Row>(
    `SELECT * FROM commands WHERE repository_id = ? AND thread = ? AND at >= ? AND answer <> 'null' AND comment NOT LIKE '%:%'
     ORDER BY at DESC, rowid DESC LIMIT ?`,
  );
  const done = db.prepare<[number, number, number], Row>(
    "SELECT * FROM commands WHERE repository_id = ? AND thread = ? AND is_done = 1 ORDER BY at DESC, rowid DESC LIMIT ?",
  );
  const counting = db.prepare<[number, number, string], { count: number }>(
    "SELECT count(*) AS count FROM commands WHERE at >= ? AND repository_id = ? AND by = ?",
  );
  const newest = db.prepare<[number], Row>("SELECT * FROM commands ORDER BY at DESC, rowid DESC LIMIT ?");
  const forgetting = db.prepare("DELETE FROM commands WHERE at < ?");
  return {
    insert: (command) => {
      const { repositoryId, comment, ordinal, thread, by, line, isDone, answer, at } = command;
      inserting.run(repositoryId, comment, ordinal, thread, by, toJson(line), Number(isDone), toJson(answer), at);
    },
    ofComment: (repositoryId, comment) => ofComment.all(repositoryId, comment).map(recordOf),
    answered: (repositoryId, thread, since, limit) =>
      answered.all(repositoryId, thread, since, limit).map(recordOf).reverse(),
    done: (repositoryId, thread, limit) => done.all(repositoryId, thread, limit).map(recordOf),
    countBy: (repositoryId, login, since) => counting.get(since, repositoryId, login)?.count ?? 0,
    newest: (limit) => newest.all(limit).map(recordOf),
    forgetBefore: (at) => forgetting.run(at).changes,
  };
}

function recordOf(row: Row): CommandRecord {
  return {
    repositoryId: row.repository_id,
    comment: row.comment,
    ordinal: row.ordinal,
    thread: row.thread,
    by: row.by,
    line: ofJson(row.line),
    isDone: row.is_done === 1,
    answer: ofJson(row.answer),
    at: row.at,
  };
}
