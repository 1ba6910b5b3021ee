import { z } from "zod";
import { Presence, TaskAct } from "./team.ts";
import { TaskName } from "./words.ts";

const none = z.object({});

/** What people see of each other: a part of the route table. */
export const teamRoutes = {
  listPresence: {
    method: "GET",
    path: "/api/presence",
    audience: "operator",
    params: none,
    query: none,
    request: none,
    /** Of the tasks at whose terminal somebody is. */
    response: z.object({ presence: z.array(Presence) }),
  },
  listActs: {
    method: "GET",
    path: "/api/tasks/:task/acts",
    audience: "operator",
    params: z.object({ task: TaskName }),
    query: none,
    request: none,
    /** Who did what to the task, by whatever way; the newest first, as far as it is kept. */
    response: z.object({ acts: z.array(TaskAct) }),
  },
} as const;
