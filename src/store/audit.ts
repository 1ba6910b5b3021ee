import type Database from "better-sqlite3";
import type { AuditLog, AuditRecord } from "#operations/ports/audit.ts";
import { type Json, ofJson, toJson } from "./json.ts";

type Row = Omit<AuditRecord, "by" | "subject" | "refusal"> & {
  by: Json<string>;
  subject: Json<string | null>;
  refusal: Json<string | null>;
};

export function openAudit(db: Database.Database): AuditLog {
  const adding = db.prepare(
    "INSERT INTO audit (at, by, place, address, action, subject, refusal) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const newest = db.prepare<[number], Row>("SELECT * FROM audit ORDER BY id DESC LIMIT ?");
  const ofSubject = db.prepare<[string, number], Row>("SELECT * FROM audit WHERE subject = ? ORDER BY id DESC LIMIT ?");
  const forgetting = db.prepare("DELETE FROM audit WHERE at < ?");
  return {
    add: ({ at, by, place, address, action, subject, refusal }) => {
      adding.run(at, toJson(by), place, address, action, toJson(subject), toJson(refusal));
    },
    newest: (limit) => newest.all(limit).map(recordOf),
    ofSubject: (subject, limit) => ofSubject.all(toJson(subject), limit).map(recordOf),
    forgetBefore: (at) => forgetting.run(at).changes,
  };
}

function recordOf(row: Row): AuditRecord {
  return { ...row, by: ofJson(row.by), subject: ofJson(row.subject), refusal: ofJson(row.refusal) };
}
