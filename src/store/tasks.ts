import type Database from "better-sqlite3";
import type { NewTask, TaskFacts } from "#domain/task.ts";
import type { Tasks } from "#operations/ports/tasks.ts";
import { forgetTask } from "./forget-task.ts";
import { ofJson, toJson } from "./json.ts";
import { policyOf } from "./policies.ts";
import { openTable, type RowOf, type Sql } from "./table.ts";

const columns = {
  repository_id: (task) => task.repository.id,
  repository_name: (task) => task.repository.name,
  installation_id: (task) => task.repository.installationId,
  clone_url: (task) => task.cloneUrl,
  issue_number: (task) => task.issue?.number ?? null,
  issue: (task) => toJson(task.issue),
  origin: (task) => toJson(task.origin ?? null),
  snapshot: (task) => toJson(task.snapshot),
  requested_by: (task) => task.requestedBy,
  priority: (task) => task.priority,
  links: (task) => toJson(task.links),
  policy: (task) => toJson(task.policy),
  branch: (task) => task.branch,
  pull_request_number: (task) => task.pullRequest?.number ?? null,
  pull_request: (task) => toJson(task.pullRequest),
  cancelled: (task) => toJson(task.cancelled),
  merged: (task) => toJson(task.merged ?? null),
  proposal: (task) => toJson(task.proposal ?? null),
  hand_over: (task) => toJson(task.handOver),
  created_at: (task) => task.createdAt,
  updated_at: (task) => task.updatedAt,
} satisfies Record<string, (task: NewTask) => Sql>;

export function openTasks(db: Database.Database): Tasks {
  const table = openTable<NewTask, TaskFacts, typeof columns>(db, "tasks", columns, taskOf);
  const byIssue = table.where("repository_id = ? AND issue_number = ?");
  const byOrigin = table.where(
    "json_extract(origin, '$.place') = ? AND json_extract(origin, '$.key') = ? AND origin <> 'null'",
  );
  const byPullRequest = table.where("repository_id = ? AND pull_request_number = ? ORDER BY id DESC LIMIT 1");
  const newest = table.where("TRUE ORDER BY id DESC LIMIT ?");
  const newestOf = table.where("repository_name = ? ORDER BY id DESC LIMIT ?");
  const current = table.where(
    `repository_id = ? AND (updated_at >= ? OR json_extract(pull_request, '$.state') = 'open'
     OR EXISTS (SELECT 1 FROM runs WHERE task_id = tasks.id AND (status <> 'completed' OR completed_at >= ?)))
     ORDER BY id`,
  );
  const linked = table.where(`links <> '{"blockers":[],"children":[],"cycle":null}' ORDER BY id`);
  const proposed = table.where("proposal <> 'null' ORDER BY id");
  const since = table.where("updated_at >= ? ORDER BY id");
  const repositories = db.prepare<[], { id: number; name: string; installationId: number }>(
    `SELECT repository_id AS id, repository_name AS name, installation_id AS installationId FROM tasks
     WHERE id IN (SELECT max(id) FROM tasks GROUP BY repository_id) ORDER BY repository_id`,
  );
  return {
    current: (repositoryId, since) => current.all(repositoryId, since, since),
    since: (at) => since.all(at),
    repositories: () => repositories.all(),
    linked: () => linked.all(),
    proposed: () => proposed.all(),
    insert: table.insert,
    get: table.get,
    byIssue: (repositoryId, issue) => byIssue.one(repositoryId, issue),
    byOrigin: (place, key) => byOrigin.one(place, key),
    byPullRequest: (repositoryId, number) => byPullRequest.one(repositoryId, number),
    update: table.update,
    remove: (id) => forgetTask(db, id),
    list: ({ repository, limit }) => (repository === undefined ? newest.all(limit) : newestOf.all(repository, limit)),
  };
}

function taskOf(row: RowOf<typeof columns>): TaskFacts {
  const origin = ofJson(row.origin);
  const merged = ofJson(row.merged);
  const proposal = ofJson(row.proposal);
  return {
    id: row.id,
    repository: { id: row.repository_id, name: row.repository_name, installationId: row.installation_id },
    cloneUrl: row.clone_url,
    issue: ofJson(row.issue),
    ...(origin === null ? {} : { origin }),
    snapshot: ofJson(row.snapshot),
    requestedBy: row.requested_by,
    priority: row.priority,
    links: ofJson(row.links),
    policy: policyOf(row.policy),
    branch: row.branch,
    pullRequest: ofJson(row.pull_request),
    ...(merged === null ? {} : { merged }),
    ...(proposal === null ? {} : { proposal }),
    cancelled: ofJson(row.cancelled),
    handOver: ofJson(row.hand_over),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
