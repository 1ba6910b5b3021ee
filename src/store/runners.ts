import type Database from "better-sqlite3";
import type { RunnerFacts, Runners } from "#operations/ports/runners.ts";
import { ofJson, toJson } from "./json.ts";
import { openTable, type RowOf, type Sql } from "./table.ts";

type NewRunner = Omit<RunnerFacts, "id">;

const columns = {
  name: (runner) => runner.name,
  credential_hash: (runner) => runner.credentialHash,
  labels: (runner) => toJson(runner.labels),
  slots: (runner) => runner.slots,
  version: (runner) => runner.version,
  sandbox: (runner) => runner.sandbox,
  repositories: (runner) => toJson(runner.repositories),
  draining: (runner) => Number(runner.draining),
  heartbeat_at: (runner) => runner.heartbeatAt,
  free_memory_bytes: (runner) => runner.freeMemoryBytes,
  free_disk_bytes: (runner) => runner.freeDiskBytes,
  not_claiming: (runner) => toJson(runner.notClaiming),
  holder: (runner) => runner.holder,
  registered_at: (runner) => runner.registeredAt,
  paused: (runner) => toJson(runner.paused ?? null),
  removed_at: (runner) => runner.removedAt ?? null,
  only_run: (runner) => runner.onlyRun,
  ends_at: (runner) => runner.endsAt,
} satisfies Record<string, (runner: NewRunner) => Sql>;

export function openRunners(db: Database.Database): Runners {
  const table = openTable<NewRunner, RunnerFacts, typeof columns>(db, "runners", columns, runnerOf);
  const byCredential = table.where("credential_hash = ? AND removed_at IS NULL");
  const byName = table.where("name = ?");
  const all = table.where("removed_at IS NULL ORDER BY id");
  return {
    insert: table.insert,
    byCredential: (hash) => byCredential.one(hash),
    byName: (name) => byName.one(name),
    get: table.get,
    update: table.update,
    list: () => all.all(),
  };
}

function runnerOf(row: RowOf<typeof columns>): RunnerFacts {
  return {
    id: row.id,
    name: row.name,
    credentialHash: row.credential_hash,
    labels: ofJson(row.labels),
    slots: row.slots,
    version: row.version,
    sandbox: row.sandbox,
    repositories: ofJson(row.repositories),
    draining: row.draining === 1,
    heartbeatAt: row.heartbeat_at,
    freeMemoryBytes: row.free_memory_bytes,
    freeDiskBytes: row.free_disk_bytes,
    notClaiming: ofJson(row.not_claiming),
    holder: row.holder,
    registeredAt: row.registered_at,
    paused: ofJson(row.paused),
    removedAt: row.removed_at,
    onlyRun: row.only_run,
    endsAt: row.ends_at,
  };
}
