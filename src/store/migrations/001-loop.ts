import type { Migration } from "../migrate.ts";

/** Everything that the loop from a labelled issue to a pull request needs. */
export const loop: Migration = {
  version: 1,
  name: "the loop",
  sql: `
    CREATE TABLE deliveries (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      hook_id TEXT NOT NULL,
      guid TEXT NOT NULL,
      event TEXT NOT NULL,
      action TEXT,
      received_at INTEGER NOT NULL,
      happening TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed')),
      due_at INTEGER NOT NULL,
      tries INTEGER NOT NULL DEFAULT 0,
      note TEXT NOT NULL DEFAULT 'null',
      UNIQUE (hook_id, guid)
    ) STRICT;
    CREATE INDEX deliveries_pending ON deliveries (id) WHERE state = 'pending';

    CREATE TABLE policies (
      repository_id INTEGER PRIMARY KEY,
      text TEXT NOT NULL,
      policy TEXT NOT NULL
    ) STRICT;

    CREATE TABLE tasks (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      repository_id INTEGER NOT NULL,
      repository_name TEXT NOT NULL COLLATE NOCASE,
      installation_id INTEGER NOT NULL,
      clone_url TEXT NOT NULL,
      issue_number INTEGER,
      issue TEXT NOT NULL,
      snapshot TEXT NOT NULL,
      requested_by TEXT NOT NULL,
      priority TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high')),
      policy TEXT NOT NULL,
      branch TEXT NOT NULL,
      pull_request_number INTEGER,
      pull_request TEXT NOT NULL,
      cancelled TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      UNIQUE (repository_id, issue_number)
    ) STRICT;
    CREATE INDEX tasks_by_pull_request ON tasks (repository_id, pull_request_number);
    CREATE INDEX tasks_by_repository_name ON tasks (repository_name, id);

    CREATE TABLE runners (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      credential_hash TEXT NOT NULL UNIQUE,
      labels TEXT NOT NULL,
      slots INTEGER NOT NULL,
      version TEXT NOT NULL,
      sandbox TEXT NOT NULL CHECK (sandbox IN ('bubblewrap', 'unshare', 'none')),
      repositories TEXT NOT NULL,
      draining INTEGER NOT NULL CHECK (draining IN (0, 1)),
      heartbeat_at INTEGER,
      free_memory_bytes REAL,
      free_disk_bytes REAL,
      registered_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE runs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      task_id INTEGER NOT NULL REFERENCES tasks (id),
      purpose TEXT NOT NULL,
      attempt INTEGER NOT NULL CHECK (attempt >= 1),
      status TEXT NOT NULL CHECK (status IN ('queued', 'in_progress', 'waiting', 'completed')),
      conclusion TEXT CHECK ((conclusion IS NOT NULL) = (status = 'completed')),
      reason TEXT NOT NULL,
      runner_id INTEGER REFERENCES runners (id),
      epoch INTEGER NOT NULL,
      lease_until INTEGER,
      last_seq INTEGER NOT NULL,
      cancel_asked TEXT NOT NULL,
      not_before INTEGER,
      session_id TEXT NOT NULL,
      resume INTEGER NOT NULL CHECK (resume IN (0, 1)),
      claude_version TEXT,
      model TEXT,
      sandbox TEXT,
      attach TEXT,
      base_sha TEXT,
      head_sha TEXT,
      steps TEXT NOT NULL,
      progress TEXT NOT NULL,
      commits TEXT NOT NULL,
      diff TEXT NOT NULL,
      findings TEXT NOT NULL,
      verified TEXT NOT NULL,
      summary TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      started_at INTEGER,
      completed_at INTEGER
    ) STRICT;
    CREATE INDEX runs_of_task ON runs (task_id, id);
    CREATE UNIQUE INDEX runs_one_alive ON runs (task_id) WHERE status <> 'completed';
    CREATE INDEX runs_alive_by_status ON runs (status, id) WHERE status <> 'completed';

    CREATE TABLE registration_tokens (
      hash TEXT PRIMARY KEY,
      expires_at INTEGER NOT NULL,
      used_at INTEGER
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE surfaces (
      task_id INTEGER NOT NULL REFERENCES tasks (id),
      place TEXT NOT NULL,
      remote_id TEXT,
      picture TEXT NOT NULL,
      written_at INTEGER NOT NULL,
      PRIMARY KEY (task_id, place)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE due_surfaces (
      task_id INTEGER PRIMARY KEY REFERENCES tasks (id),
      due_at INTEGER NOT NULL,
      again_at INTEGER,
      tries INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX due_surfaces_in_order ON due_surfaces (due_at);

    CREATE TABLE notices (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      repository_id INTEGER NOT NULL,
      repository TEXT NOT NULL,
      issue INTEGER NOT NULL,
      code TEXT NOT NULL,
      body TEXT NOT NULL,
      written INTEGER NOT NULL DEFAULT 0 CHECK (written IN (0, 1)),
      UNIQUE (repository_id, issue, code)
    ) STRICT;
    CREATE INDEX notices_unwritten ON notices (id) WHERE written = 0;
  `,
};
