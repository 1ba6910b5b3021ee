import type { livePath as LivePath, routes } from "#protocol/routes.ts";
import type {
  mostPasted as MostPasted,
  mostTyped as MostTyped,
  pageKeyPrefix as PageKeyPrefix,
  terminalPath as TerminalPath,
  terminalProtocol as TerminalProtocol,
} from "#protocol/terminal.ts";

type Routes = typeof routes;
/** Method and path as in the route table: the compiler holds them to it, and zod stays out of the bundle. */
type Way<N extends keyof Routes> = Pick<Routes[N], "method" | "path">;

export const ways = {
  signInWays: { method: "GET", path: "/api/sign-in" },
  listTasks: { method: "GET", path: "/api/tasks" },
  createTask: { method: "POST", path: "/api/tasks" },
  cancelTask: { method: "POST", path: "/api/tasks/:task/cancel" },
  retryTask: { method: "POST", path: "/api/tasks/:task/retry" },
  answerTask: { method: "POST", path: "/api/tasks/:task/answer" },
  approveTask: { method: "POST", path: "/api/tasks/:task/approve" },
  takeOverTask: { method: "POST", path: "/api/tasks/:task/takeover" },
  handBackTask: { method: "POST", path: "/api/tasks/:task/handback" },
  followTask: { method: "POST", path: "/api/tasks/:task/follow" },
  editTask: { method: "POST", path: "/api/tasks/:task/edit" },
  removeTask: { method: "POST", path: "/api/tasks/:task/remove" },
  whyTask: { method: "GET", path: "/api/tasks/:task/why" },
  searchLogs: { method: "GET", path: "/api/logs" },
  testIntegration: { method: "POST", path: "/api/integrations/:integration/test" },
  listMessages: { method: "GET", path: "/api/webhook-messages" },
  sendAgain: { method: "POST", path: "/api/webhook-messages/send-again" },
  sayToTask: { method: "POST", path: "/api/tasks/:task/say" },
  listPresence: { method: "GET", path: "/api/presence" },
  listActs: { method: "GET", path: "/api/tasks/:task/acts" },
  taskLogs: { method: "GET", path: "/api/tasks/:task/logs" },
  listRunners: { method: "GET", path: "/api/runners" },
  prioritiseTask: { method: "POST", path: "/api/tasks/:task/priority" },
  showDiff: { method: "GET", path: "/api/tasks/:task/diff" },
  remarkOnDiff: { method: "POST", path: "/api/tasks/:task/remarks" },
  pauseRunner: { method: "POST", path: "/api/runners/:runner/pause" },
  resumeRunner: { method: "POST", path: "/api/runners/:runner/resume" },
  removeRunner: { method: "POST", path: "/api/runners/:runner/remove" },
  listRunnerLoads: { method: "GET", path: "/api/runner-loads" },
  showInsights: { method: "GET", path: "/api/insights" },
  showOperating: { method: "GET", path: "/api/operating" },
  listAudit: { method: "GET", path: "/api/audit" },
  createRunnerToken: { method: "POST", path: "/api/runner-tokens" },
} as const satisfies { [N in keyof Routes]?: Way<N> };

export type WayName = keyof typeof ways;

export const terminalPath: typeof TerminalPath = "/api/tasks/:task/terminal";
export const terminalProtocol: typeof TerminalProtocol = "cc-orchestrator.terminal";
export const pageKeyPrefix: typeof PageKeyPrefix = "page-key.";

export const mostTyped: typeof MostTyped = 4096;
export const mostPasted: typeof MostPasted = 65_536;

export const livePath: typeof LivePath = "/api/live";
