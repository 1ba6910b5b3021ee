import type Database from "better-sqlite3";
import type { Happening } from "#domain/happening.ts";
import type { Deliveries, PendingDelivery } from "#operations/ports/deliveries.ts";
import { type Json, ofJson, toJson } from "./json.ts";

type Row = {
  id: number;
  hook_id: string;
  guid: string;
  event: string;
  action: string | null;
  received_at: number;
  happening: Json<Happening | null>;
  tries: number;
};

/** Webhook requests, each known by its GUID. One that asks for nothing is kept as done, so that a repeat is known too. */
export function openDeliveries(db: Database.Database): Deliveries {
  const inserting = db.prepare(
    `INSERT INTO deliveries (hook_id, guid, event, action, received_at, happening, state, due_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hook_id, guid) DO NOTHING`,
  );
  const next = db.prepare<[number], Row>(
    "SELECT * FROM deliveries WHERE state = 'pending' AND due_at <= ? ORDER BY id LIMIT 1",
  );
  const soonest = db.prepare<[], { at: number | null }>(
    "SELECT min(due_at) AS at FROM deliveries WHERE state = 'pending'",
  );
  const earlier = db.prepare<[number, number, number], { due_at: number }>(
    `SELECT due_at FROM deliveries WHERE state = 'pending' AND id < ? AND json_extract(happening, '$.kind') = 'commented'
     AND json_extract(happening, '$.repository.id') = ? AND json_extract(happening, '$.thread') = ? ORDER BY id LIMIT 1`,
  );
  const finishing = db.prepare("UPDATE deliveries SET state = ?, note = ? WHERE id = ?");
  const postponing = db.prepare("UPDATE deliveries SET due_at = ?, tries = tries + 1, note = ? WHERE id = ?");
  const bringing = db.prepare("UPDATE deliveries SET due_at = ? WHERE state = 'pending' AND due_at > ?");
  const known = db.prepare<[string], { id: number }>("SELECT id FROM deliveries WHERE guid = ? LIMIT 1");
  const forgetting = db.prepare("DELETE FROM deliveries WHERE state <> 'pending' AND received_at < ?");
  return {
    isKnown: (guid) => known.get(guid) !== undefined,
    forgetBefore: (at) => forgetting.run(at).changes,
    insert: (delivery) => {
      const { hookId, guid, event, action, receivedAt, happening } = delivery;
      const state = happening === null ? "done" : "pending";
      const values = [hookId, guid, event, action, receivedAt, toJson(happening), state, receivedAt];
      return inserting.run(...values).changes === 1;
    },
    nextPending: (now) => {
      const row = next.get(now);
      return row === undefined ? null : pendingOf(row);
    },
    earlierComment: (id, { repositoryId, thread }) => earlier.get(id, repositoryId, thread)?.due_at ?? null,
    nextPendingAt: () => soonest.get()?.at ?? null,
    finish: (id, outcome, note) => {
      finishing.run(outcome, toJson(note), id);
    },
    bringForward: (after, to) => {
      bringing.run(to, after);
    },
    postpone: (id, at, note) => {
      postponing.run(at, toJson(note), id);
    },
  };
}

function pendingOf(row: Row): PendingDelivery {
  return {
    id: row.id,
    hookId: row.hook_id,
    guid: row.guid,
    event: row.event,
    action: row.action,
    receivedAt: row.received_at,
    happening: ofJson(row.happening),
    tries: row.tries,
  };
}
