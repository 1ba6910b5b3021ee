import type { Command } from "commander";
import { register as registerStatus } from "./commands/status.ts";
import { register as registerVersion } from "./commands/version.ts";
import type { Context } from "./context.ts";
import { configRows, instanceRows, profileRows, runnerRows, talkRows, taskRows, worktreeRows } from "./rows.ts";

/** Adds a command's arguments, flags and action. */
export type Register = (command: Command, context: Context) => void;

export type CommandRow = {
  /** The words that call it: `["task", "list"]`. */
  words: readonly [string] | readonly [string, string];
  alias?: string;
  summary: string;
  load: () => Promise<{ register: Register }>;
};

/** What the first words of two-word commands are about. */
export const groups: Readonly<Record<string, string>> = {
  web: "the control plane",
  runner: "runners, which do the work",
  task: "tasks, what people want done",
  instance: "instances, the live Claude Code processes",
  worktree: "worktrees on this machine, in which tasks are worked on",
  profile: "control planes that you have logged in to",
  config: "the configuration",
  integrations: "what is told about tasks outside GitHub",
  webhook: "messages to receivers of webhooks",
};

/** Every command there is. Only the one that is called is loaded, but for those that are to answer at once (quick.ts). */
export const commands: readonly CommandRow[] = [
  {
    words: ["init"],
    summary: "make a repository ready: propose its policy file and write it",
    load: () => import("./commands/init.ts"),
  },
  {
    words: ["up"],
    summary: "start a control plane and a runner on this machine",
    load: () => import("./commands/up.ts"),
  },
  {
    words: ["status"],
    summary: "show what needs you, what is being worked on and by whom",
    load: async () => ({ register: registerStatus }),
  },
  {
    words: ["explain"],
    summary: "say why a task waits or stopped, and what to do",
    load: () => import("./commands/explain.ts"),
  },
  {
    words: ["attach"],
    summary: "join the terminal in which a task is worked on",
    load: () => import("./commands/attach.ts"),
  },
  ...talkRows,
  {
    words: ["doctor"],
    summary: "look whether this machine has all it needs",
    load: () => import("./commands/doctor.ts"),
  },
  {
    words: ["web", "start"],
    summary: "start the control plane",
    load: () => import("./commands/web-start.ts"),
  },
  { words: ["web", "stop"], summary: "end the control plane", load: () => import("./commands/web-stop.ts") },
  {
    words: ["web", "status"],
    summary: "say whether the control plane answers",
    load: () => import("./commands/web-status.ts"),
  },
  {
    words: ["web", "open"],
    summary: "open the dashboard in the browser, signed in",
    load: () => import("./commands/web-open.ts"),
  },
  { words: ["serve"], summary: "the same as web start", load: () => import("./commands/web-start.ts") },
  {
    words: ["runner", "register"],
    summary: "make this machine a runner of a server",
    load: () => import("./commands/runner-register.ts"),
  },
  { words: ["runner", "start"], summary: "start taking runs", load: () => import("./commands/runner-start.ts") },
  {
    words: ["runner", "token"],
    summary: "print a token that registers one runner",
    load: () => import("./commands/runner-token.ts"),
  },
  {
    words: ["runner", "list"],
    alias: "ls",
    summary: "list the runners",
    load: () => import("./commands/runner-list.ts"),
  },
  {
    words: ["task", "create"],
    summary: "say what is to be done, or take up an issue",
    load: () => import("./commands/task-create.ts"),
  },
  { words: ["task", "list"], alias: "ls", summary: "list the tasks", load: () => import("./commands/task-list.ts") },
  {
    words: ["task", "show"],
    summary: "show one task with its runs",
    load: async () => (await import("./commands/task-verbs.ts")).show,
  },
  { words: ["task", "logs"], summary: "print what Claude did and said", load: () => import("./commands/task-logs.ts") },
  {
    words: ["task", "cancel"],
    summary: "stop a task",
    load: async () => (await import("./commands/task-verbs.ts")).cancel,
  },
  {
    words: ["task", "answer"],
    summary: "answer what Claude asks",
    load: async () => (await import("./commands/task-words.ts")).answer,
  },
  {
    words: ["task", "approve"],
    summary: "approve the plan or the pull request that waits for it",
    load: async () => (await import("./commands/task-verbs.ts")).approve,
  },
  {
    words: ["task", "say"],
    summary: "tell Claude something while it works",
    load: async () => (await import("./commands/task-words.ts")).say,
  },
  {
    words: ["task", "retry"],
    summary: "queue a finished task again",
    load: async () => (await import("./commands/task-verbs.ts")).retry,
  },
  {
    words: ["task", "continue"],
    summary: "go on with an ended task in the same session",
    load: async () => (await import("./commands/task-verbs.ts")).goOn,
  },
  {
    words: ["task", "fix-ci"],
    summary: "let Claude repair the checks that fail on the pull request",
    load: async () => (await import("./commands/task-verbs.ts")).fixCi,
  },
  {
    words: ["task", "rebase"],
    summary: "bring the branch up to date with its base",
    load: async () => (await import("./commands/task-verbs.ts")).rebase,
  },
  {
    words: ["task", "recover"],
    summary: "bring back work that was saved and not published",
    load: () => import("./commands/task-recover.ts"),
  },
  ...taskRows,
  ...instanceRows,
  ...worktreeRows,
  ...runnerRows,
  ...profileRows,
  ...configRows,
  {
    words: ["config", "show"],
    summary: "show every setting and where it comes from",
    load: () => import("./commands/config-show.ts"),
  },
  {
    words: ["config", "path"],
    summary: "print where config.yaml is looked for",
    load: () => import("./commands/config-path.ts"),
  },
  {
    words: ["config", "validate"],
    summary: "look whether the configuration holds mistakes",
    load: () => import("./commands/config-validate.ts"),
  },
  {
    words: ["integrations", "list"],
    alias: "ls",
    summary: "list what is told about tasks, and how it goes with it",
    load: () => import("./commands/integrations-list.ts"),
  },
  {
    words: ["integrations", "test"],
    summary: "send a test message to one of them, and say whether it arrived",
    load: () => import("./commands/integrations-test.ts"),
  },
  {
    words: ["webhook", "list"],
    alias: "ls",
    summary: "list messages, the newest first",
    load: () => import("./commands/webhook-list.ts"),
  },
  {
    words: ["webhook", "resend"],
    summary: "send messages again that were given up",
    load: () => import("./commands/webhook-resend.ts"),
  },
  {
    words: ["reconcile"],
    summary:
      "compare everything with GitHub now, and set right what differs; name terminals and worktrees here that have no run",
    load: () => import("./commands/reconcile.ts"),
  },
  { words: ["backup"], summary: "copy a server's state while it runs", load: () => import("./commands/backup.ts") },
  {
    words: ["restore"],
    summary: "put a copy in the place of a stopped server's state",
    load: () => import("./commands/restore.ts"),
  },
  { words: ["version"], summary: "print the version", load: async () => ({ register: registerVersion }) },
  {
    words: ["completion"],
    summary: "print a script that completes commands in bash, zsh or fish",
    load: () => import("./commands/completion.ts"),
  },
];

/** The row that these arguments call: by their first two words, flags left out. */
export function rowFor(args: readonly string[]): CommandRow | null {
  const words = args.filter((arg) => !arg.startsWith("-"));
  const [first, second] = words[0] === "help" ? words.slice(1) : words;
  const isCalled = ({ words: [one, two], alias }: CommandRow) =>
    one === first && (two === undefined || two === second || (alias !== undefined && alias === second));
  return commands.find(isCalled) ?? null;
}
