import type Database from "better-sqlite3";
import type { Verdicts } from "#operations/ports/verdicts.ts";
import type { Verdicts as Told } from "#protocol/verdicts.ts";
import { type Json, ofJson, toJson } from "./json.ts";

/** What others say of pull requests, as it was told. */
export function openVerdicts(db: Database.Database): Verdicts {
  const one = db.prepare<[number], { verdicts: Json<Told> }>("SELECT verdicts FROM verdicts WHERE task_id = ?");
  const putting = db.prepare<[number, Json<Told>]>(
    "INSERT INTO verdicts (task_id, verdicts) VALUES (?, ?) ON CONFLICT (task_id) DO UPDATE SET verdicts = excluded.verdicts",
  );
  return {
    of: (taskId) => {
      const row = one.get(taskId);
      return row === undefined ? null : ofJson(row.verdicts);
    },
    put: (taskId, verdicts) => {
      putting.run(taskId, toJson(verdicts));
    },
  };
}
