import { z } from "zod";
import { Insights } from "./insights.ts";
import { AuditEntry, Operating } from "./operating.ts";

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
} as const;
