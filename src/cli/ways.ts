import type { routes } from "#protocol/routes.ts";

type Routes = typeof routes;

/**
 * Method and path of the routes that are called most, without the schemas, which take longer to load than the answer
 * takes to come. The compiler holds them to the route table.
 */
export const ways = {
  health: { method: "GET", path: "/api/health" },
  listTasks: { method: "GET", path: "/api/tasks" },
  showTask: { method: "GET", path: "/api/tasks/:task" },
  cancelTask: { method: "POST", path: "/api/tasks/:task/cancel" },
  retryTask: { method: "POST", path: "/api/tasks/:task/retry" },
  taskLogs: { method: "GET", path: "/api/tasks/:task/logs" },
  listRunners: { method: "GET", path: "/api/runners" },
} as const satisfies { [N in keyof Routes]?: Pick<Routes[N], "method" | "path"> };

export type WayName = keyof typeof ways;
