import { z } from "zod";
import { NewTask, OpenedPullRequest, TaskEdit } from "./new-task.ts";
import { mostWords } from "./question.ts";
import { LogLine } from "./report.ts";
import { Gate, Task } from "./task.ts";
import { RepositoryName, TaskName } from "./words.ts";

const none = z.object({});
const ofTask = z.object({ task: TaskName });

/** What people ask of tasks: a part of the route table. */
export const taskRoutes = {
  listTasks: {
    method: "GET",
    path: "/api/tasks",
    audience: "operator",
    params: none,
    query: z.object({ repository: RepositoryName.optional() }),
    request: none,
    response: z.object({ tasks: z.array(Task) }),
  },
  showTask: {
    method: "GET",
    path: "/api/tasks/:task",
    audience: "operator",
    params: ofTask,
    query: none,
    request: none,
    response: z.object({ task: Task }),
  },
  whyTask: {
    method: "GET",
    path: "/api/tasks/:task/why",
    audience: "operator",
    params: ofTask,
    query: none,
    request: none,
    /** Everything that has to be so for the work to go on, from the first to where it has come to: as `/claude why` has it. */
    response: z.object({ gates: z.array(Gate) }),
  },
  createTask: {
    method: "POST",
    path: "/api/tasks",
    audience: "operator",
    params: none,
    query: none,
    request: NewTask,
    response: z.object({ task: Task }),
  },
  cancelTask: {
    method: "POST",
    path: "/api/tasks/:task/cancel",
    audience: "operator",
    params: ofTask,
    query: none,
    request: z.object({ by: z.string().max(100) }),
    response: z.object({ task: Task }),
  },
  answerTask: {
    method: "POST",
    path: "/api/tasks/:task/answer",
    audience: "operator",
    params: ofTask,
    query: none,
    /** Answers what Claude asks, with numbers of choices or in words; 409 when somebody was quicker. */
    request: z.object({ by: z.string().max(100), text: z.string().min(1).max(mostWords) }),
    response: z.object({ task: Task }),
  },
  approveTask: {
    method: "POST",
    path: "/api/tasks/:task/approve",
    audience: "operator",
    params: ofTask,
    query: none,
    /** Approves the plan that waits, or the pull request; 409 when nothing does. */
    request: z.object({ by: z.string().max(100) }),
    response: z.object({ task: Task }),
  },
  sayToTask: {
    method: "POST",
    path: "/api/tasks/:task/say",
    audience: "operator",
    params: ofTask,
    query: none,
    /** Words for the session that is at work. */
    request: z.object({ by: z.string().max(100), text: z.string().min(1).max(mostWords) }),
    response: z.object({ task: Task }),
  },
  takeOverTask: {
    method: "POST",
    path: "/api/tasks/:task/takeover",
    audience: "operator",
    params: ofTask,
    query: none,
    /** A person wants Claude's session for themselves, at its own screen; 409 while nothing works on the task. */
    request: z.object({ by: z.string().min(1).max(100) }),
    response: z.object({ task: Task }),
  },
  handBackTask: {
    method: "POST",
    path: "/api/tasks/:task/handback",
    audience: "operator",
    params: ofTask,
    query: none,
    request: none,
    response: z.object({ task: Task }),
  },
  retryTask: {
    method: "POST",
    path: "/api/tasks/:task/retry",
    audience: "operator",
    params: ofTask,
    query: none,
    request: z.object({ by: z.string().max(100) }),
    response: z.object({ task: Task }),
  },
  followTask: {
    method: "POST",
    path: "/api/tasks/:task/follow",
    audience: "operator",
    params: ofTask,
    query: none,
    /** Goes on with a task that has ended, repairs its checks or brings its branch up to date; 409 with the reason why not. */
    request: z.object({ by: z.string().max(100), verb: z.enum(["continue", "fix-ci", "rebase"]) }),
    response: z.object({ task: Task }),
  },
  editTask: {
    method: "POST",
    path: "/api/tasks/:task/edit",
    audience: "operator",
    params: ofTask,
    query: none,
    request: TaskEdit,
    response: z.object({ task: Task }),
  },
  recordPullRequest: {
    method: "POST",
    path: "/api/tasks/:task/pull-request",
    audience: "operator",
    params: ofTask,
    query: none,
    /** Says which pull request was opened of the branch of a task of this machine; 409 for one on GitHub. */
    request: OpenedPullRequest,
    response: z.object({ task: Task }),
  },
  removeTask: {
    method: "POST",
    path: "/api/tasks/:task/remove",
    audience: "operator",
    params: ofTask,
    query: none,
    /** Forgets a task that has ended; what it made stays. */
    request: none,
    response: none,
  },
  taskLogs: {
    method: "GET",
    path: "/api/tasks/:task/logs",
    audience: "operator",
    params: ofTask,
    query: z.object({ tail: z.coerce.number().int().min(1).max(10_000).optional() }),
    request: none,
    response: z.object({ lines: z.array(LogLine) }),
  },
} as const;
