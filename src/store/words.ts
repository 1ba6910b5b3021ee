import type Database from "better-sqlite3";
import type { SaidWords, Words } from "#operations/ports/words.ts";
import { type Json, ofJson, toJson } from "./json.ts";

type Row = { id: number; task_id: number; by: string; text: Json<string>; comment: string | null; at: number };

/** What people say to a session that is at work, until it has heard it. */
export function openWords(db: Database.Database): Words {
  const inserting = db.prepare("INSERT INTO words (task_id, by, text, comment, at) VALUES (?, ?, ?, ?, ?)");
  const undelivered = db.prepare<[number], Row>("SELECT * FROM words WHERE task_id = ? AND run_id IS NULL ORDER BY id");
  const open = db.prepare<[string, number], unknown>(
    `SELECT 1 FROM words JOIN tasks ON tasks.id = task_id
     WHERE comment = ? AND repository_id = ? AND run_id IS NULL LIMIT 1`,
  );
  const delivering = db.prepare("UPDATE words SET run_id = ? WHERE id = ? AND task_id = ? AND run_id IS NULL");
  const unthanked = db.prepare<[], Row>("SELECT * FROM words WHERE run_id IS NOT NULL AND is_thanked = 0 ORDER BY id");
  const thanking = db.prepare("UPDATE words SET is_thanked = 1 WHERE id = ?");
  const removing = db.prepare("DELETE FROM words WHERE id = ?");
  const forgetting = db.prepare("DELETE FROM words WHERE at < ? AND run_id IS NOT NULL");
  return {
    insert: ({ taskId, by, text, comment, at }) => {
      inserting.run(taskId, by, toJson(text), comment, at);
    },
    undelivered: (taskId) => undelivered.all(taskId).map(wordsOf),
    isOpen: (repositoryId, comment) => open.get(comment, repositoryId) !== undefined,
    deliver: (taskId, id, runId) => delivering.run(runId, id, taskId).changes === 1,
    unthanked: () => unthanked.all().map(wordsOf),
    thanked: (id) => {
      thanking.run(id);
    },
    remove: (id) => {
      removing.run(id);
    },
    forgetBefore: (at) => forgetting.run(at).changes,
  };
}

function wordsOf(row: Row): SaidWords {
  return { id: row.id, taskId: row.task_id, by: row.by, text: ofJson(row.text), comment: row.comment, at: row.at };
}
