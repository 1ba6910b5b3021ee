import type Database from "better-sqlite3";
import type { AskedJob } from "#domain/job-start.ts";
import type { Jobs } from "#operations/ports/jobs.ts";

type Row = { run_id: number; workflow_run: number; url: string; asked_at: number; tries: number };

/** What was asked of GitHub Actions for runs that have not ended. */
export function openJobs(db: Database.Database): Jobs {
  const getting = db.prepare<[number], Row>("SELECT * FROM jobs WHERE run_id = ?");
  const listing = db.prepare<[], Row>("SELECT * FROM jobs ORDER BY run_id");
  const putting = db.prepare(
    `INSERT INTO jobs (run_id, workflow_run, url, asked_at, tries) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (run_id) DO UPDATE SET workflow_run = excluded.workflow_run, url = excluded.url,
     asked_at = excluded.asked_at, tries = excluded.tries`,
  );
  const removing = db.prepare("DELETE FROM jobs WHERE run_id = ?");
  return {
    get: (runId) => {
      const row = getting.get(runId);
      return row === undefined ? null : jobOf(row);
    },
    list: () => listing.all().map(jobOf),
    put: ({ runId, workflowRun, url, askedAt, tries }) => {
      putting.run(runId, workflowRun, url, askedAt, tries);
    },
    remove: (runId) => {
      removing.run(runId);
    },
  };
}

function jobOf(row: Row): AskedJob {
  return { runId: row.run_id, workflowRun: row.workflow_run, url: row.url, askedAt: row.asked_at, tries: row.tries };
}
