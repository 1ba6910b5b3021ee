import type Database from "better-sqlite3";
import type { Reconciling } from "#operations/ports/reconciling.ts";

type Judged = ReturnType<Reconciling["judged"]>;

const never: Judged = { judgedAt: 0, foundAt: 0, lookedAt: 0 };

/** What reconciling remembers, so that nothing is judged, asked for or repaired twice. */
export function openReconciling(db: Database.Database): Reconciling {
  const judged = db.prepare<[number, number], Judged>(
    `SELECT judged_at AS judgedAt, found_at AS foundAt, looked_at AS lookedAt
     FROM judged_labels WHERE repository_id = ? AND issue = ?`,
  );
  const judging = db.prepare(
    `INSERT INTO judged_labels (repository_id, issue, judged_at, found_at, looked_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (repository_id, issue) DO UPDATE
     SET judged_at = max(judged_at, excluded.judged_at), found_at = max(found_at, excluded.found_at),
         looked_at = max(looked_at, excluded.looked_at)`,
  );
  const asking = db.prepare("INSERT INTO redeliveries (guid, asked_at) VALUES (?, ?) ON CONFLICT (guid) DO NOTHING");
  // The column holds `GUID/attempt`; "0" is the letter after "/".
  const asked = db.prepare<[string, string], { key: string }>(
    "SELECT guid AS key FROM redeliveries WHERE guid > ? AND guid < ?",
  );
  const repairing = db.prepare(
    `INSERT INTO repairs (task_id, place, cause, repaired_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (task_id, place, cause) DO NOTHING`,
  );
  const reading = db.prepare<[number], { at: number }>("SELECT read_at AS at FROM read_back WHERE task_id = ?");
  const read = db.prepare(
    `INSERT INTO read_back (task_id, read_at) VALUES (?, ?)
     ON CONFLICT (task_id) DO UPDATE SET read_at = excluded.read_at`,
  );
  const forgetting = db.prepare("DELETE FROM redeliveries WHERE asked_at < ?");
  return {
    judged: (repositoryId, issue) => judged.get(repositoryId, issue) ?? never,
    judge: (repositoryId, issue, at) => {
      const { judgedAt, foundAt, lookedAt } = { ...never, ...at };
      judging.run(repositoryId, issue, judgedAt, foundAt, lookedAt);
    },
    attemptsAsked: (guid) => asked.all(`${guid}/`, `${guid}0`).map(({ key }) => Number(key.slice(guid.length + 1))),
    askedAgain: (guid, attempt, at) => {
      asking.run(`${guid}/${attempt}`, at);
    },
    repair: (taskId, place, cause, at) => repairing.run(taskId, place, cause, at).changes === 1,
    readBackAt: (taskId) => reading.get(taskId)?.at ?? 0,
    readBack: (taskId, at) => {
      read.run(taskId, at);
    },
    forgetBefore: (at) => forgetting.run(at).changes,
  };
}
