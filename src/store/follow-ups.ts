import type Database from "better-sqlite3";
import type { LookAt } from "#domain/follow-up.ts";
import type { FollowUpBrief } from "#domain/follow-up-brief.ts";
import type { ReviewAnswers } from "#domain/review-answers.ts";
import type { FollowUpRecord, FollowUps } from "#operations/ports/follow-ups.ts";
import type { Purpose } from "#protocol/words.ts";
import { type Json, ofJson, toJson } from "./json.ts";

type LookRow = { task_id: number; what: LookAt; since: number; due_at: number; tries: number; marks: number };
type Row = {
  run_id: number;
  task_id: number;
  purpose: Purpose;
  brief: Json<FollowUpBrief>;
  answers: Json<ReviewAnswers | null>;
};

/** Looks that are due, causes that were dealt with, and what each follow-up run is about. */
export function openFollowUps(db: Database.Database): FollowUps {
  const marking = db.prepare(
    `INSERT INTO due_looks (task_id, what, since, due_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (task_id, what) DO UPDATE SET due_at = min(due_at, excluded.due_at), marks = marks + 1`,
  );
  const waking = db.prepare(
    "UPDATE due_looks SET due_at = min(due_at, ?), tries = 0, marks = marks + 1 WHERE task_id = ?",
  );
  const due = db.prepare<[number], LookRow>("SELECT * FROM due_looks WHERE due_at <= ? ORDER BY due_at, task_id, what");
  const ofTask = db.prepare<[number], LookRow>("SELECT * FROM due_looks WHERE task_id = ? ORDER BY what");
  const next = db.prepare<[], { at: number | null }>("SELECT min(due_at) AS at FROM due_looks");
  const settling = db.prepare("DELETE FROM due_looks WHERE task_id = ? AND what = ? AND marks = ?");
  const postponing = db.prepare(
    "UPDATE due_looks SET due_at = ?, tries = tries + 1 WHERE task_id = ? AND what = ? AND marks = ?",
  );
  const knowing = db.prepare<[number, string], { at: number }>(
    "SELECT at FROM follow_up_causes WHERE task_id = ? AND cause = ?",
  );
  const remembering = db.prepare(
    "INSERT INTO follow_up_causes (task_id, cause, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const forgetting = db.prepare("DELETE FROM follow_up_causes WHERE task_id = ? AND cause = ?");
  const inserting = db.prepare("INSERT INTO follow_ups (run_id, task_id, purpose, brief) VALUES (?, ?, ?, ?)");
  const all = db.prepare<[number], Row>("SELECT * FROM follow_ups WHERE task_id = ? ORDER BY run_id");
  const newest = db.prepare<[number, string, number], Row>(
    "SELECT * FROM follow_ups WHERE task_id = ? AND purpose = ? AND run_id <= ? ORDER BY run_id DESC LIMIT 1",
  );
  const answering = db.prepare("UPDATE follow_ups SET answers = ? WHERE run_id = ?");
  const unanswered = db.prepare<[], Row>("SELECT * FROM follow_ups WHERE answers <> 'null' ORDER BY run_id");
  return {
    markDue: (taskId, what, at) => {
      marking.run(taskId, what, at, at);
    },
    wake: (taskId, at) => {
      waking.run(at, taskId);
    },
    due: (now) => due.all(now).map(lookOf),
    ofTask: (taskId) => ofTask.all(taskId).map(lookOf),
    nextDueAt: () => next.get()?.at ?? null,
    settle: ({ taskId, what, marks }) => {
      settling.run(taskId, what, marks);
    },
    postpone: ({ taskId, what, marks }, at) => {
      postponing.run(at, taskId, what, marks);
    },
    isKnown: (taskId, cause) => knowing.get(taskId, cause) !== undefined,
    remember: (taskId, cause, at) => {
      remembering.run(taskId, cause, at);
    },
    forget: (taskId, cause) => {
      forgetting.run(taskId, cause);
    },
    insert: ({ runId, taskId, brief }) => {
      inserting.run(runId, taskId, brief.purpose, toJson(brief));
    },
    runsOf: (taskId) => all.all(taskId).map(recordOf),
    of: (run) => {
      const row = newest.get(run.taskId, run.purpose, run.id);
      return row === undefined ? null : recordOf(row);
    },
    answer: (runId, answers) => {
      answering.run(toJson(answers), runId);
    },
    unanswered: () =>
      unanswered.all().flatMap((row) => {
        const answers = ofJson(row.answers);
        return answers === null ? [] : [{ ...recordOf(row), answers }];
      }),
  };
}

function lookOf(row: LookRow) {
  return {
    taskId: row.task_id,
    what: row.what,
    since: row.since,
    dueAt: row.due_at,
    tries: row.tries,
    marks: row.marks,
  };
}

function recordOf(row: Row): FollowUpRecord {
  return { runId: row.run_id, taskId: row.task_id, brief: ofJson(row.brief) };
}
