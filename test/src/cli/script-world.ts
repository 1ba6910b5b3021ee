/** What the control plane of the transcripts knows, and what lies on the machine. Everything in it is at fixed times. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Integration } from "#protocol/integration.ts";
import type { LogLine } from "#protocol/report.ts";
import type { Task } from "#protocol/task.ts";
import type { Answers, StandIn } from "./server.ts";
import { aRun, aRunner, aTask } from "./world.ts";

/** Five minutes after the tasks of the builders were made. */
export const now = Date.parse("2026-05-01T10:05:00.000Z");

const progress = {
  ...{ activity: "editing greet.js", todos: [], turns: 2 },
  ...{ inputTokens: 12_000, outputTokens: 800, costUsd: 0.25 },
};
const reason = { code: "question", sentence: "Which colour?", advice: "Answer: cc-orchestrator task answer TASK-13 1" };
export const lines: LogLine[] = [
  { at: "2026-05-01T10:00:00.000Z", kind: "step", text: "worktree ready" },
  { at: "2026-05-01T10:00:05.000Z", kind: "say", text: "I will greet in French." },
  { at: "2026-05-01T10:00:06.000Z", kind: "tool", text: "Bash sed -i s/hello/bonjour/ greet.js" },
];
const told: LogLine = { at: "2026-05-01T10:00:09.000Z", kind: "tool", text: "Bash npm test" };
const integration: Integration = {
  ...{ kind: "webhook", name: "ops", place: "https://ops.example.com", state: "good" },
  ...{ sentence: "It took the last message (200).", pending: 0, dead: 0 },
};

/** A repository with a branch `feature/french` of one commit. */
export async function makeProject(folder: string): Promise<void> {
  const git = (...args: string[]) =>
    execa("git", ["-c", "user.name=Mona", "-c", "user.email=m@example.com", ...args], { cwd: folder });
  mkdirSync(folder);
  await git("init", "--quiet", "--initial-branch=main");
  writeFileSync(join(folder, "greet.js"), "hello\n");
  writeFileSync(join(folder, "wish.md"), "# Greet in French\n\nBonjour, that is.\n");
  await git("add", "--all");
  await git("commit", "--quiet", "-m", "Greet");
  await git("switch", "--quiet", "-c", "feature/french");
  writeFileSync(join(folder, "greet.js"), "bonjour\n");
  await git("commit", "--quiet", "--all", "-m", "Greet in French");
  await git("switch", "--quiet", "main");
}

/** One task at work, one that waits for an answer, and two attempts at the same thing in this machine's project. */
export function tasksIn(project: string): Task[] {
  const done = [aRun({ status: "completed", conclusion: "success", headSha: "b".repeat(40), progress })];
  const local = {
    ...{ repository: "local/project", issue: null, folder: project, base: "main" },
    ...{ title: "Greet in French", status: "in_review" as const, runs: done },
  };
  const url = "https://github.com/octocat/hello-world/pull/4";
  const pullRequest = { number: 4, url, state: "open", draft: true, headSha: "b".repeat(40) } as const;
  const live = aRun({ progress, attach: "tmux -u -L cco attach-session -t =task-12" });
  return [
    aTask({ runs: [live] }),
    aTask({ id: 13, title: "Paint the door", status: "waiting", reason, runs: [aRun({ status: "waiting", reason })] }),
    aTask({ id: 14, ...local, branch: "feature/french" }),
    aTask({ id: 15, ...local, branch: "feature/german", pullRequest }),
  ];
}

export function answersIn(project: string): Answers {
  const tasks = tasksIn(project);
  const [first = aTask()] = tasks;
  const held = { state: "held" as const, by: "mona", at: "2026-05-01T10:00:00.000Z" };
  const taken = aTask({
    id: 16,
    runs: [aRun({ attach: "tmux -u -L cco attach-session -t =task-16", takeover: held })],
  });
  const named = ({ params: { task } }: { params: Record<string, string> }) => {
    const found = [...tasks, taken].find(({ name }) => name === task);
    return found === undefined
      ? { status: 404, code: "task_not_found", title: `There is no ${task}.` }
      : { task: found };
  };
  const report = {
    ...{ repository: "octocat/hello-world", submitted: [8], withdrawn: [], followed: [], due: [], opened: [] },
    ...{ repaired: ["TASK-12 comment: deleted"], problems: [] },
  };
  const message = {
    ...{
      id: 5,
      messageId: "msg_5",
      receiver: "ops",
      subject: "TASK-12",
      type: "task.created",
      status: "dead" as const,
    },
    ...{ createdAt: "2026-05-01T10:00:00.000Z", nextAt: "2026-05-01T10:00:00.000Z", tries: 8, lastAnswer: "500" },
  };
  return {
    health: { ok: true, version: "0.1.0" },
    listTasks: { tasks },
    showTask: named,
    createTask: { task: { ...first, status: "queued", runs: [] } },
    cancelTask: named,
    retryTask: named,
    followTask: named,
    takeOverTask: named,
    answerTask: named,
    approveTask: named,
    sayToTask: named,
    handBackTask: named,
    editTask: named,
    removeTask: {},
    taskLogs: { lines },
    searchLogs: ({ query }: { query: unknown }) => ({
      lines: lines
        .filter(({ text }) => new RegExp((query as { q: string }).q, "i").test(text))
        .map((line, at) => ({ ...line, id: `31.${at}`, task: "TASK-12", run: 31, runner: "laptop" })),
      next: null,
    }),
    whyTask: { gates: [{ isOpen: true, sentence: "mona may ask for work.", advice: null }] },
    listRunners: { runners: [aRunner()] },
    pauseRunner: { runner: aRunner() },
    resumeRunner: { runner: aRunner() },
    removeRunner: { runner: aRunner() },
    createRunnerToken: { token: "one-time-token-of-the-test", expiresAt: "2026-05-01T11:00:00.000Z" },
    claim: () => new Promise((resolve) => setTimeout(() => resolve({ offer: null }), 5_000).unref()),
    heartbeat: { leases: [] },
    register: { runnerId: 3, credential: "credential-of-the-runner" },
    reconcile: { report: { repositories: [report], redelivered: 0, leases: 0, problems: [] } },
    listIntegrations: { integrations: [integration] },
    testIntegration: { integration },
    listMessages: { messages: [message] },
    sendAgain: { sent: 1 },
  };
}

/** Tells whoever follows, as long as the step runs. */
export function keepTelling(server: StandIn, project: string): () => void {
  const [task = aTask()] = tasksIn(project);
  const telling = setInterval(() => {
    if (server.followers() === 0) return;
    server.tell({ kind: "task", task });
    server.tell({ kind: "log", task: "TASK-12", runId: 31, lines: [told] });
  }, 100);
  return () => clearInterval(telling);
}
