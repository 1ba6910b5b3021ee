import { z } from "zod";
import { Diff, Remark } from "./diff.ts";
import { Insights } from "./insights.ts";
import { FoundLines, LogQuery } from "./log-search.ts";
import { AuditEntry, Operating } from "./operating.ts";
import { Runner, RunnerLoad } from "./runner.ts";
import { Priority, Task } from "./task.ts";
import { TaskName } from "./words.ts";

const ofRunner = z.object({ runner: z.coerce.number().int().positive() });
const ofTask = z.object({ task: TaskName });
const none = z.object({});

/** What the dashboard's pages ask for besides tasks, runners and logs: a part of the route table. */
export const pageRoutes = {
  showInsights: {
    method: "GET",
    path: "/api/insights",
    audience: "operator",
    params: none,
    query: z.object({ days: z.coerce.number().int().min(1).max(366).optional() }),
    request: none,
    response: Insights,
  },
  searchLogs: {
    method: "GET",
    path: "/api/logs",
    audience: "operator",
    params: none,
    /** As many lines of all logs as were found in about two seconds; `next` of the answer goes on. */
    query: LogQuery,
    request: none,
    response: FoundLines,
  },
  showOperating: {
    method: "GET",
    path: "/api/operating",
    audience: "operator",
    params: none,
    query: none,
    request: none,
    response: Operating,
  },
  listAudit: {
    method: "GET",
    path: "/api/audit",
    audience: "operator",
    params: none,
    query: z.object({ limit: z.coerce.number().int().min(1).max(1_000).optional() }),
    request: none,
    /** The newest first. */
    response: z.object({ entries: z.array(AuditEntry) }),
  },
  prioritiseTask: {
    method: "POST",
    path: "/api/tasks/:task/priority",
    audience: "operator",
    params: ofTask,
    query: none,
    request: z.object({ priority: Priority }),
    response: z.object({ task: Task }),
  },
  showDiff: {
    method: "GET",
    path: "/api/tasks/:task/diff",
    audience: "operator",
    params: ofTask,
    query: none,
    request: none,
    response: Diff,
  },
  remarkOnDiff: {
    method: "POST",
    path: "/api/tasks/:task/remarks",
    audience: "operator",
    params: ofTask,
    query: none,
    /** Reaches Claude as one message. */
    request: z.object({ by: z.string().max(100), remarks: z.array(Remark).min(1).max(100) }),
    response: z.object({ task: Task }),
  },
  pauseRunner: {
    method: "POST",
    path: "/api/runners/:runner/pause",
    audience: "operator",
    params: ofRunner,
    query: none,
    /** It takes nothing new; with `drain` its program ends when its runs have ended. */
    request: z.object({
      by: z.string().max(100),
      note: z.string().max(200).default(""),
      drain: z.boolean().default(false),
    }),
    response: z.object({ runner: Runner }),
  },
  resumeRunner: {
    method: "POST",
    path: "/api/runners/:runner/resume",
    audience: "operator",
    params: ofRunner,
    query: none,
    request: none,
    response: z.object({ runner: Runner }),
  },
  removeRunner: {
    method: "POST",
    path: "/api/runners/:runner/remove",
    audience: "operator",
    params: ofRunner,
    query: none,
    request: none,
    response: z.object({ runner: Runner }),
  },
  listRunnerLoads: {
    method: "GET",
    path: "/api/runner-loads",
    audience: "operator",
    params: none,
    query: none,
    request: none,
    response: z.object({ loads: z.array(RunnerLoad) }),
  },
} as const;
