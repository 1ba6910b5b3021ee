import type Database from "better-sqlite3";
import type { SessionEnds } from "#operations/ports/session-ends.ts";
import { toJson } from "./json.ts";

/** Sessions that somebody ended; all others end by themselves, and are kept nowhere. */
export function openSessionEnds(db: Database.Database): SessionEnds {
  const ending = db.prepare("INSERT OR IGNORE INTO ended_sessions (session, expires_at) VALUES (?, ?)");
  const finding = db.prepare<[string], unknown>("SELECT 1 FROM ended_sessions WHERE session = ?");
  const endingAll = db.prepare(
    "INSERT INTO signed_out (who, at) VALUES (?, ?) ON CONFLICT (who) DO UPDATE SET at = max(at, excluded.at)",
  );
  const findingAll = db.prepare<[string], { at: number }>("SELECT at FROM signed_out WHERE who = ?");
  const forgetting = db.prepare("DELETE FROM ended_sessions WHERE expires_at < ?");
  return {
    end: (session, expiresAt) => {
      ending.run(session, expiresAt);
    },
    isEnded: (session) => finding.get(session) !== undefined,
    endAll: (who, at) => {
      endingAll.run(toJson(who), at);
    },
    endedAt: (who) => findingAll.get(toJson(who))?.at ?? 0,
    forgetBefore: (at) => forgetting.run(at).changes,
  };
}
