import type { TaskDeed } from "#protocol/access.ts";
import type { RouteName, routes } from "#protocol/routes.ts";

/** The routes for people: by the operator's token, or signed in with a role. */
export type PeopleRoute = {
  [N in RouteName]: (typeof routes)[N]["audience"] extends "operator" ? N : never;
}[RouteName];

/** What a route takes of whoever is signed in with GitHub. */
export type Need =
  /** To be signed in: the answer holds what they see, and nothing else. */
  | { kind: "signed_in" }
  /** To see the task that the path names. */
  | { kind: "sees" }
  /** The role for this deed, in the repository of the task that the path names. */
  | { kind: "deed"; deed: TaskDeed }
  /** The role for the deed that the body names, as its verb or by what it is to do. */
  | { kind: "follows" }
  /** The role for starting work, in the repository that the body names; an administrator for one of the server's machine. */
  | { kind: "starts" }
  /** The role `write` in the repository that the body names; an administrator where it names none. */
  | { kind: "tends" }
  /** An administrator of this server. */
  | { kind: "admin" };

const deed = (name: TaskDeed): Need => ({ kind: "deed", deed: name });
const signedIn: Need = { kind: "signed_in" };
const sees: Need = { kind: "sees" };
const admin: Need = { kind: "admin" };

/** What each route takes. A new route does not compile without its row; the operator's token may everything. */
export const needs = {
  listTasks: signedIn,
  showTask: sees,
  whyTask: sees,
  taskLogs: sees,
  listActs: sees,
  listPresence: signedIn,
  showDiff: sees,
  searchLogs: signedIn,
  createTask: { kind: "starts" },
  cancelTask: deed("stop"),
  answerTask: deed("answer"),
  approveTask: deed("approve"),
  sayToTask: deed("say"),
  remarkOnDiff: deed("say"),
  takeOverTask: deed("take_over"),
  handBackTask: deed("take_over"),
  retryTask: deed("retry"),
  followTask: { kind: "follows" },
  editTask: deed("edit"),
  prioritiseTask: deed("prioritise"),
  recordPullRequest: deed("edit"),
  removeTask: deed("remove"),
  reconcile: { kind: "tends" },
  listRunners: signedIn,
  listRunnerLoads: signedIn,
  showInsights: signedIn,
  showOperating: admin,
  listAudit: admin,
  listIntegrations: admin,
  testIntegration: admin,
  listMessages: admin,
  sendAgain: admin,
  createRunnerToken: admin,
  pauseRunner: admin,
  resumeRunner: admin,
  removeRunner: admin,
} as const satisfies Record<PeopleRoute, Need>;
