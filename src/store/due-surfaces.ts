import type Database from "better-sqlite3";
import type { Surfaces } from "#operations/ports/surfaces.ts";

type DueSurfaces = Pick<
  Surfaces,
  "markDue" | "due" | "nextDueAt" | "firstDueAt" | "settle" | "postpone" | "bringForward"
>;
type Row = { task_id: number; due_at: number; tries: number };

/**
 * Which tasks' surfaces are to be looked at, and when.
 *
 * Between `due` and `settle` the surfaces are being applied from facts that were read in between. A mark made in that
 * time may be about newer facts, so it must outlive the settling, whatever its instant: it is kept in `again_at`.
 * Which tasks are being applied is known to this process only; after a restart nothing is, and all of them are still due.
 */
export function openDueSurfaces(db: Database.Database): DueSurfaces {
  const handedOut = new Set<number>();
  const marking = db.prepare(
    `INSERT INTO due_surfaces (task_id, due_at) VALUES (?, ?)
     ON CONFLICT (task_id) DO UPDATE SET due_at = min(due_at, excluded.due_at)`,
  );
  const markingAgain = db.prepare(
    `INSERT INTO due_surfaces (task_id, due_at) VALUES (?, ?)
     ON CONFLICT (task_id) DO UPDATE SET again_at = min(ifnull(again_at, excluded.due_at), excluded.due_at)`,
  );
  const due = db.prepare<[number], Row>(
    "SELECT task_id, due_at, tries FROM due_surfaces WHERE due_at <= ? ORDER BY due_at, task_id",
  );
  const byTime = db.prepare<[], Pick<Row, "task_id" | "due_at">>(
    "SELECT task_id, due_at FROM due_surfaces ORDER BY due_at",
  );
  const takingUpAgain = db.prepare(
    `UPDATE due_surfaces SET due_at = again_at, again_at = NULL, tries = 0
     WHERE task_id = ? AND due_at = ? AND again_at IS NOT NULL`,
  );
  const settling = db.prepare("DELETE FROM due_surfaces WHERE task_id = ? AND due_at = ?");
  const postponing = db.prepare(
    "UPDATE due_surfaces SET due_at = ?, again_at = NULL, tries = tries + 1 WHERE task_id = ?",
  );
  const bringing = db.prepare("UPDATE due_surfaces SET due_at = ? WHERE due_at > ?");
  return {
    bringForward: (after, to) => {
      bringing.run(to, after);
    },
    markDue: (taskId, at) => {
      (handedOut.has(taskId) ? markingAgain : marking).run(taskId, at);
    },
    due: (now) => {
      const rows = due.all(now);
      for (const row of rows) handedOut.add(row.task_id);
      return rows.map((row) => ({ taskId: row.task_id, dueAt: row.due_at, tries: row.tries }));
    },
    nextDueAt: () => {
      for (const row of byTime.iterate()) if (!handedOut.has(row.task_id)) return row.due_at;
      return null;
    },
    firstDueAt: () => byTime.get()?.due_at ?? null,
    settle: (taskId, dueAt) => {
      handedOut.delete(taskId);
      if (takingUpAgain.run(taskId, dueAt).changes === 0) settling.run(taskId, dueAt);
    },
    postpone: (taskId, at) => {
      handedOut.delete(taskId);
      postponing.run(at, taskId);
    },
  };
}
