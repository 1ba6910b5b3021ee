import type Database from "better-sqlite3";
import type { Message, Messages } from "#operations/ports/webhooks.ts";

type Row = {
  id: number;
  message_id: string;
  receiver: string;
  subject: string;
  type: string;
  body: string;
  status: Message["status"];
  created_at: number;
  next_at: number;
  tries: number;
  last_answer: string | null;
};

/** What is to be sent to receivers of webhooks, and what they were told already. */
export function openMessages(db: Database.Database): Messages {
  const inserting = db.prepare(
    `INSERT INTO messages (message_id, receiver, subject, type, body, created_at, next_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const getting = db.prepare<[number], Row>("SELECT * FROM messages WHERE id = ?");
  const due = db.prepare<[string, number, number], Row>(
    `SELECT * FROM messages AS m WHERE receiver = ? AND status = 'pending' AND next_at <= ? AND NOT EXISTS (
       SELECT 1 FROM messages AS earlier
       WHERE earlier.receiver = m.receiver AND earlier.subject = m.subject AND earlier.status = 'pending' AND earlier.id < m.id
     ) ORDER BY id LIMIT ?`,
  );
  const next = db.prepare<[string], { at: number | null }>(
    `SELECT min(next_at) AS at FROM messages AS m WHERE receiver = ? AND status = 'pending' AND NOT EXISTS (
       SELECT 1 FROM messages AS earlier
       WHERE earlier.receiver = m.receiver AND earlier.subject = m.subject AND earlier.status = 'pending' AND earlier.id < m.id
     )`,
  );
  const updating = db.prepare(
    "UPDATE messages SET status = ?, created_at = ?, next_at = ?, tries = ?, last_answer = ? WHERE id = ?",
  );
  const hurrying = db.prepare("UPDATE messages SET next_at = ? WHERE receiver = ? AND status = 'pending'");
  const listing = db.prepare<[string | null, string | null, number], Row>(
    "SELECT * FROM messages WHERE receiver = ifnull(?, receiver) AND status = ifnull(?, status) ORDER BY id DESC LIMIT ?",
  );
  const counting = db.prepare<[string], { status: Message["status"]; count: number }>(
    "SELECT status, count(*) AS count FROM messages WHERE receiver = ? AND status <> 'delivered' GROUP BY status",
  );
  const forgetting = db.prepare("DELETE FROM messages WHERE status <> 'pending' AND created_at < ?");
  const told = db.prepare<[string], { picture: string }>("SELECT picture FROM told WHERE subject = ?");
  const telling = db.prepare(
    "INSERT INTO told (subject, picture) VALUES (?, ?) ON CONFLICT (subject) DO UPDATE SET picture = excluded.picture",
  );
  const forgettingTold = db.prepare("DELETE FROM told");
  return {
    insert: ({ messageId, receiver, subject, type, body, createdAt }) => {
      inserting.run(messageId, receiver, subject, type, body, createdAt, createdAt);
    },
    get: (id) => {
      const row = getting.get(id);
      return row === undefined ? null : messageOf(row);
    },
    due: (receiver, now, limit) => due.all(receiver, now, limit).map(messageOf),
    nextDueAt: (receiver) => next.get(receiver)?.at ?? null,
    update: ({ id, status, createdAt, nextAt, tries, lastAnswer }) => {
      updating.run(status, createdAt, nextAt, tries, lastAnswer, id);
    },
    hurry: (receiver, now) => {
      hurrying.run(now, receiver);
    },
    list: ({ receiver, status, limit }) => listing.all(receiver ?? null, status ?? null, limit).map(messageOf),
    count: (receiver) => {
      const rows = counting.all(receiver);
      const of = (status: Message["status"]) => rows.find((row) => row.status === status)?.count ?? 0;
      return { pending: of("pending"), dead: of("dead") };
    },
    forgetBefore: (at) => forgetting.run(at).changes,
    told: (subject) => told.get(subject)?.picture ?? null,
    tell: (subject, picture) => {
      telling.run(subject, picture);
    },
    forgetTold: () => {
      forgettingTold.run();
    },
  };
}

function messageOf(row: Row): Message {
  return {
    id: row.id,
    messageId: row.message_id,
    receiver: row.receiver,
    subject: row.subject,
    type: row.type,
    body: row.body,
    status: row.status,
    createdAt: row.created_at,
    nextAt: row.next_at,
    tries: row.tries,
    lastAnswer: row.last_answer,
  };
}
