import type { RouteName } from "#protocol/routes.ts";
import type { TaskAct } from "#protocol/team.ts";

/** What each route does to a task, as it is told of somebody; commands are told as they were written. */
const words: { [N in RouteName | "typeInTerminal"]?: string } = {
  answerTask: "answered Claude in",
  approveTask: "approved",
  cancelTask: "stopped",
  editTask: "edited",
  followTask: "went on with",
  handBackTask: "handed back",
  prioritiseTask: "moved in the queue",
  recordPullRequest: "opened a pull request of",
  remarkOnDiff: "remarked on the changes of",
  removeTask: "removed",
  retryTask: "retried",
  sayToTask: "wrote to Claude in",
  takeOverTask: "took over",
  typeInTerminal: "types at the terminal of",
};

/**
 * What they did: "retried TASK-4", "said /claude retry in TASK-4".
 * @param of the task by its name; null on its own page
 */
export function actWords({ action }: Pick<TaskAct, "action">, of: string | null): string {
  if (action.startsWith("/")) return of === null ? `said ${action}` : `said ${action} in ${of}`;
  return `${words[action as RouteName] ?? action} ${of ?? "it"}`;
}

/** Where they did it, when not on the dashboard. */
export const actPlaces = {
  dashboard: "",
  program: "by a program",
  github: "on GitHub",
  slack: "in Slack",
  discord: "in Discord",
  jira: "in Jira",
  hook: "by a hook",
} as const satisfies Record<TaskAct["place"], string>;
