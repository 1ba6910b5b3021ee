import type { CommandRow } from "./commands.ts";

/** Commands of several topics, as commands.ts lists them. */

export const talkRows: readonly CommandRow[] = [
  {
    words: ["logs"],
    summary: "print what Claude did and said, of all tasks or one",
    load: () => import("./commands/logs.ts"),
  },
  {
    words: ["login"],
    summary: "keep which control plane to talk to, and its token",
    load: () => import("./commands/login.ts"),
  },
  { words: ["events"], summary: "print what changes, as it changes", load: () => import("./commands/events.ts") },
  {
    words: ["cost"],
    summary: "say what was spent, by task, repository or day",
    load: () => import("./commands/cost.ts"),
  },
];

export const taskRows: readonly CommandRow[] = [
  {
    words: ["task", "open-pr"],
    summary: "push a local task's branch, and open its pull request",
    load: () => import("./commands/task-open-pr.ts"),
  },
  {
    words: ["task", "edit"],
    summary: "change what a task's next run is told and may use",
    load: () => import("./commands/task-edit.ts"),
  },
  { words: ["task", "rm"], summary: "forget tasks that have ended", load: () => import("./commands/task-rm.ts") },
  { words: ["task", "run"], summary: "start a task, or start it again", load: () => import("./commands/task-run.ts") },
  {
    words: ["task", "diff"],
    summary: "show what a task's work changes",
    load: () => import("./commands/task-diff.ts"),
  },
  {
    words: ["task", "open"],
    summary: "open its pull request, issue or page in the browser",
    load: () => import("./commands/task-open.ts"),
  },
  {
    words: ["task", "compare"],
    summary: "put several attempts at the same thing side by side",
    load: () => import("./commands/task-compare.ts"),
  },
  {
    words: ["task", "pick"],
    summary: "keep one of several attempts, and stop the others",
    load: () => import("./commands/task-pick.ts"),
  },
];

export const instanceRows: readonly CommandRow[] = [
  {
    words: ["instance", "spawn"],
    summary: "start Claude Code on a task",
    load: () => import("./commands/task-run.ts"),
  },
  {
    words: ["instance", "list"],
    alias: "ls",
    summary: "list what is being worked on at this moment",
    load: () => import("./commands/instance-list.ts"),
  },
  { words: ["instance", "attach"], summary: "the same as attach", load: () => import("./commands/attach.ts") },
  { words: ["instance", "logs"], summary: "the same as task logs", load: () => import("./commands/task-logs.ts") },
  {
    words: ["instance", "stop"],
    summary: "the same as task cancel",
    load: async () => (await import("./commands/task-verbs.ts")).cancel,
  },
  {
    words: ["instance", "send"],
    summary: "the same as task say",
    load: async () => (await import("./commands/task-words.ts")).say,
  },
  {
    words: ["instance", "takeover"],
    summary: "work with Claude yourself, at its own screen",
    load: async () => (await import("./commands/instance-takeover.ts")).takeover,
  },
  {
    words: ["instance", "handback"],
    summary: "let the run go on from there",
    load: async () => (await import("./commands/instance-takeover.ts")).handback,
  },
  {
    words: ["instance", "restart"],
    summary: "stop it, and start it again where it was",
    load: () => import("./commands/instance-restart.ts"),
  },
];

export const worktreeRows: readonly CommandRow[] = [
  {
    words: ["worktree", "list"],
    alias: "ls",
    summary: "list the worktrees on this machine",
    load: async () => (await import("./commands/worktrees.ts")).list,
  },
  {
    words: ["worktree", "path"],
    summary: "print where a task's files are",
    load: async () => (await import("./commands/worktrees.ts")).path,
  },
  {
    words: ["worktree", "open"],
    summary: "open a shell in a task's worktree",
    load: async () => (await import("./commands/worktrees.ts")).open,
  },
  {
    words: ["worktree", "remove"],
    alias: "rm",
    summary: "remove one, after saving its work",
    load: async () => (await import("./commands/worktrees.ts")).remove,
  },
  {
    words: ["worktree", "prune"],
    summary: "remove those that nothing works in, after saving their work",
    load: async () => (await import("./commands/worktrees.ts")).prune,
  },
];

export const runnerRows: readonly CommandRow[] = [
  {
    words: ["runner", "install"],
    summary: "let the system start this machine's runner",
    load: () => import("./commands/runner-install.ts"),
  },
  {
    words: ["runner", "pause"],
    summary: "let a runner take no new runs",
    load: async () => (await import("./commands/runner-change.ts")).pause,
  },
  {
    words: ["runner", "resume"],
    summary: "let a paused runner take runs again",
    load: async () => (await import("./commands/runner-change.ts")).resume,
  },
  {
    words: ["runner", "remove"],
    alias: "rm",
    summary: "take a runner's registration away",
    load: async () => (await import("./commands/runner-change.ts")).remove,
  },
  {
    words: ["runner", "drain"],
    summary: "let this machine's runner end after what it works on",
    load: async () => (await import("./commands/runner-end.ts")).drain,
  },
  {
    words: ["runner", "stop"],
    summary: "end this machine's runner, and give its runs back",
    load: async () => (await import("./commands/runner-end.ts")).stop,
  },
];

export const profileRows: readonly CommandRow[] = [
  {
    words: ["profile", "list"],
    alias: "ls",
    summary: "list the control planes that you have logged in to",
    load: async () => (await import("./commands/profiles.ts")).list,
  },
  {
    words: ["profile", "use"],
    summary: "talk to this one from now on",
    load: async () => (await import("./commands/profiles.ts")).use,
  },
  {
    words: ["profile", "remove"],
    alias: "rm",
    summary: "forget one, and its token",
    load: async () => (await import("./commands/profiles.ts")).remove,
  },
];

export const configRows: readonly CommandRow[] = [
  { words: ["config", "get"], summary: "print one setting", load: () => import("./commands/config-get.ts") },
  {
    words: ["config", "set"],
    summary: "write one setting into config.yaml",
    load: () => import("./commands/config-set.ts"),
  },
  {
    words: ["config", "edit"],
    summary: "open config.yaml in the editor",
    load: () => import("./commands/config-edit.ts"),
  },
];
