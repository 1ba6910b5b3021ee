import type Database from "better-sqlite3";
import type { NewRun, RunFacts } from "#domain/run.ts";
import type { Runs } from "#operations/ports/tasks.ts";
import { ofJson, toJson } from "./json.ts";
import { openTable, type RowOf, type Sql } from "./table.ts";

const columns = {
  task_id: (run) => run.taskId,
  purpose: (run) => run.purpose,
  attempt: (run) => run.attempt,
  status: (run) => run.status,
  conclusion: (run) => run.conclusion,
  reason: (run) => toJson(run.reason),
  runner_id: (run) => run.runnerId,
  epoch: (run) => run.epoch,
  lease_until: (run) => run.leaseUntil,
  last_seq: (run) => run.lastSeq,
  cancel_asked: (run) => toJson(run.cancelAsked),
  not_before: (run) => run.notBefore,
  session_id: (run) => run.sessionId,
  resume: (run) => Number(run.resume),
  claude_version: (run) => run.claudeVersion,
  model: (run) => run.model,
  sandbox: (run) => run.sandbox,
  attach: (run) => run.attach,
  place: (run) => toJson(run.place),
  base_sha: (run) => run.baseSha,
  head_sha: (run) => run.headSha,
  steps: (run) => toJson(run.steps),
  progress: (run) => toJson(run.progress),
  commits: (run) => toJson(run.commits),
  diff: (run) => toJson(run.diff),
  findings: (run) => toJson(run.findings),
  verified: (run) => toJson(run.verified),
  summary: (run) => toJson(run.summary),
  question: (run) => toJson(run.question),
  takeover: (run) => toJson(run.takeover),
  created_at: (run) => run.createdAt,
  started_at: (run) => run.startedAt,
  completed_at: (run) => run.completedAt,
} satisfies Record<string, (run: NewRun) => Sql>;

export function openRuns(db: Database.Database): Runs {
  const table = openTable<NewRun, RunFacts, typeof columns>(db, "runs", columns, runOf);
  const isHeld = "status IN ('in_progress', 'waiting') AND status <> 'completed' AND lease_until IS NOT NULL";
  const ofTask = table.where("task_id = ? ORDER BY id");
  const queued = table.where("status = 'queued' AND status <> 'completed' ORDER BY id");
  const held = table.where(`${isHeld} ORDER BY id`);
  const heldBy = table.where(`${isHeld} AND runner_id = ? ORDER BY id`);
  const spent = db.prepare<[number, number], { usd: number | null }>(
    `SELECT sum(json_extract(runs.progress, '$.costUsd')) AS usd FROM tasks JOIN runs ON runs.task_id = tasks.id
     WHERE tasks.repository_id = ? AND runs.started_at IS NOT NULL AND ifnull(runs.completed_at, 9e15) >= ?`,
  );
  const since = table.where(
    "status <> 'completed' OR task_id IN (SELECT id FROM tasks WHERE updated_at >= ?) ORDER BY id",
  );
  const asking = table.where("status = 'waiting' AND status <> 'completed' AND lease_until IS NULL ORDER BY id");
  return {
    insert: table.insert,
    get: table.get,
    update: table.update,
    ofTask: (taskId) => ofTask.all(taskId),
    queued: () => queued.all(),
    asking: () => asking.all(),
    held: () => held.all(),
    spentSince: (repositoryId, since) => spent.get(repositoryId, since)?.usd ?? 0,
    since: (at) => since.all(at),
    heldBy: (runnerId) => heldBy.all(runnerId),
  };
}

function runOf(row: RowOf<typeof columns>): RunFacts {
  return {
    id: row.id,
    taskId: row.task_id,
    purpose: row.purpose,
    attempt: row.attempt,
    status: row.status,
    conclusion: row.conclusion,
    reason: ofJson(row.reason),
    runnerId: row.runner_id,
    epoch: row.epoch,
    leaseUntil: row.lease_until,
    lastSeq: row.last_seq,
    cancelAsked: ofJson(row.cancel_asked),
    notBefore: row.not_before,
    sessionId: row.session_id,
    resume: row.resume === 1,
    claudeVersion: row.claude_version,
    model: row.model,
    sandbox: row.sandbox,
    attach: row.attach,
    place: ofJson(row.place),
    baseSha: row.base_sha,
    headSha: row.head_sha,
    steps: ofJson(row.steps),
    progress: ofJson(row.progress),
    commits: ofJson(row.commits),
    diff: ofJson(row.diff),
    findings: ofJson(row.findings),
    verified: ofJson(row.verified),
    summary: ofJson(row.summary),
    question: ofJson(row.question),
    takeover: ofJson(row.takeover),
    createdAt: row.created_at,
    startedAt: row.started_at,
    completedAt: row.completed_at,
  };
}
