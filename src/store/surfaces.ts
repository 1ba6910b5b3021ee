import type Database from "better-sqlite3";
import type { Surfaces, Written } from "#operations/ports/surfaces.ts";
import { openDueSurfaces } from "./due-surfaces.ts";

type Row = { task_id: number; place: string; remote_id: string | null; picture: string; written_at: number };

/** What was last written to each place on GitHub, and which tasks are to be looked at again. */
export function openSurfaces(db: Database.Database): Surfaces {
  const getting = db.prepare<[number, string], Row>("SELECT * FROM surfaces WHERE task_id = ? AND place = ?");
  const ofTask = db.prepare<[number], Row>("SELECT * FROM surfaces WHERE task_id = ? ORDER BY place");
  const putting = db.prepare(
    `INSERT INTO surfaces (task_id, place, remote_id, picture, written_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (task_id, place) DO UPDATE
     SET remote_id = excluded.remote_id, picture = excluded.picture, written_at = excluded.written_at`,
  );
  const removing = db.prepare("DELETE FROM surfaces WHERE task_id = ? AND place = ?");
  return {
    get: (taskId, place) => {
      const row = getting.get(taskId, place);
      return row === undefined ? null : writtenOf(row);
    },
    ofTask: (taskId) => ofTask.all(taskId).map(writtenOf),
    put: ({ taskId, place, remoteId, picture, writtenAt }) => {
      putting.run(taskId, place, remoteId, picture, writtenAt);
    },
    remove: (taskId, place) => {
      removing.run(taskId, place);
    },
    ...openDueSurfaces(db),
  };
}

function writtenOf(row: Row): Written {
  return {
    taskId: row.task_id,
    place: row.place,
    remoteId: row.remote_id,
    picture: row.picture,
    writtenAt: row.written_at,
  };
}
