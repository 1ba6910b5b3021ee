import { z } from "zod";
import { Integration, WebhookMessage } from "#protocol/integration.ts";
import { LiveEvent } from "#protocol/live.ts";
import { ReconcileReport } from "#protocol/reconcile.ts";
import { LogLine } from "#protocol/report.ts";
import { Run } from "#protocol/run.ts";
import { Runner } from "#protocol/runner.ts";
import { Gate, Task } from "#protocol/task.ts";
import { Instant, Reason, TaskConclusion, TaskName, TaskStatus } from "#protocol/words.ts";

const text = z.string();
const count = z.int().min(0);
const task = z.object({ task: Task });
const runner = z.object({ runner: Runner });
const url = z.object({ url: text });
const lines = z.object({ lines: z.array(LogLine) });
const names = z.object({ removed: z.array(text) });
const terminal = z.object({ task: TaskName, run: count, runner: text.nullable(), command: z.array(text) });
const terminals = z.union([terminal, z.object({ terminals: z.array(terminal) })]);
const worktree = z.object({
  ...{ task: TaskName, repository: text, path: text, branch: text.nullable(), isBusy: z.boolean(), home: text },
});
const removed = z.object({
  removed: z.array(z.object({ task: TaskName, saved: text.nullable(), keptAt: text.nullable() })),
});
const setting = z.object({
  ...{ name: text, origin: text, variables: z.array(text), isSecret: z.boolean() },
  value: z.union([text, z.number(), z.boolean(), z.array(text)]).nullable(),
});
const problem = z.object({ key: text, sentence: text, advice: text });
const saved = z.object({
  ...{ ref: text, sha: text, savedAt: text.nullable(), subject: text.nullable(), repository: text, from: text },
  number: z.int().positive(),
});
const check = z.object({
  ...{ name: text, found: text, verdict: z.enum(["good", "note", "missing"]) },
  ...{ advice: text.optional(), fixable: z.boolean() },
});
const registered = z.object({ runnerId: count, name: text, server: text });
const spent = z.object({
  ...{ name: text, title: text, tasks: count, runs: count, inputTokens: count, outputTokens: count, usd: z.number() },
});
const attempt = z.object({
  ...{ task: TaskName, status: text, branch: text.nullable(), commits: count, changes: text.nullable() },
  ...{ verified: text, minutes: z.number().nullable(), costUsd: z.number() },
});

/** What each command prints with `--json`, by its words; behind `--follow` what each line is. */
export const jsonShapes: Readonly<Record<string, z.ZodType>> = {
  init: z.union([
    z.object({ path: text, from: text.nullable(), content: text, written: z.boolean() }),
    z.object({ link: text, steps: z.array(text) }),
    registered.extend({ path: text, installed: z.boolean() }),
    z.object({ login: text, repositories: z.array(text), tokenPath: text, path: text }),
  ]),
  status: z.object({
    server: z.object({ url: text, ok: z.boolean(), version: text }),
    tasks: z.array(Task),
    runners: z.array(Runner),
  }),
  explain: z.object({
    ...{ task: TaskName, status: TaskStatus, conclusion: TaskConclusion.nullable(), why: text },
    ...{ reason: Reason.nullable(), all: z.array(Gate), next: z.array(text) },
    gates: z.array(z.object({ name: text, open: z.boolean(), found: text })),
  }),
  attach: terminals,
  "instance attach": terminals,
  logs: z.object({ lines: z.array(LogLine.extend({ task: TaskName })) }),
  "logs --follow": LogLine.extend({ task: TaskName }),
  "task logs": lines,
  "task logs --follow": LogLine,
  "instance logs": lines,
  "instance logs --follow": LogLine,
  events: LiveEvent.extend({ at: Instant }),
  login: z.object({ profile: text, server: text, login: text.nullable(), path: text }),
  cost: z.object({ by: z.enum(["task", "repository", "day"]), spent: z.array(spent), usd: z.number() }),
  doctor: z.object({
    ...{ ok: z.boolean(), checks: z.array(check), bundle: text.optional() },
    fixed: z.object({ done: z.array(text), failed: z.array(text) }).optional(),
  }),
  "web status": z.object({ url: text, ok: z.boolean(), version: text }),
  "web open": url,
  "runner register": registered,
  "runner token": z.object({ token: text, expiresAt: Instant }),
  "runner list": z.object({ runners: z.array(Runner) }),
  "runner install": z.object({
    ...{ path: text, content: text, start: z.array(z.array(text)), log: text, written: z.boolean() },
  }),
  "runner pause": runner,
  "runner resume": runner,
  "runner remove": runner,
  "profile list": z.object({
    profiles: z.array(z.object({ name: text, server: text, login: text.nullable(), inUse: z.boolean() })),
  }),
  "profile use": z.object({ use: text.nullable() }),
  "profile remove": names,
  "task create": z.union([task, z.object({ tasks: z.array(Task) })]),
  "task list": z.object({ tasks: z.array(Task) }),
  "task show": task,
  "task cancel": task,
  "task answer": task,
  "task approve": task,
  "task say": task,
  "task retry": task,
  "task continue": task,
  "task fix-ci": task,
  "task rebase": task,
  "task edit": task,
  "task run": task,
  "task rm": z.object({ removed: z.array(TaskName) }),
  "task recover": z.union([
    z.object({ task: TaskName, saved: z.array(saved), kept: z.array(text) }),
    z.object({ task: TaskName, recovered: saved, branch: text.nullable(), command: z.array(text).nullable() }),
  ]),
  "task open-pr": z.object({ task: TaskName, number: count, url: text }),
  "task diff": z.object({
    ...{ task: TaskName, folder: text, range: text },
    files: z.array(z.object({ path: text, insertions: count, deletions: count })),
  }),
  "task open": url,
  "task compare": z.object({ attempts: z.array(attempt) }),
  "task pick": z.object({ picked: TaskName, stopped: z.array(TaskName) }),
  "instance spawn": task,
  "instance list": z.object({ instances: z.array(Run) }),
  "instance stop": task,
  "instance send": task,
  "instance takeover": task,
  "instance handback": task,
  "instance restart": task,
  "worktree list": z.object({ worktrees: z.array(worktree) }),
  "worktree path": worktree,
  "worktree open": worktree,
  "worktree remove": removed,
  "worktree prune": removed,
  "config get": setting,
  "config show": z.object({ path: text, settings: z.array(setting) }),
  "config path": z.object({ path: text, exists: z.boolean() }),
  "config validate": z.object({ ok: z.boolean(), path: text, problems: z.array(problem) }),
  "integrations list": z.object({ integrations: z.array(Integration) }),
  "integrations test": z.object({ integration: Integration }),
  "webhook list": z.object({ messages: z.array(WebhookMessage) }),
  "webhook resend": z.object({ sent: count }),
  reconcile: z.object({
    report: ReconcileReport,
    here: z.object({ worktrees: count, idle: z.array(TaskName), terminals: count, strays: z.array(text) }),
  }),
  version: z.object({ version: text, node: text, platform: text }),
};

/**
 * All of them as one JSON Schema (2020-12): `#/$defs/task list` is what `task list --json` prints. What it holds twice
 * is defined once.
 */
export function renderCliSchema(): string {
  const registry = z.registry<{ id: string }>();
  for (const [name, shape] of Object.entries({ ...shared, ...keyed() })) registry.add(shape, { id: name });
  const { schemas } = z.toJSONSchema(registry, { io: "output", uri: (id) => `#/$defs/${encodeURIComponent(id)}` });
  const defs = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const { $schema: _, $id: __, ...rest } = schema as Record<string, unknown>;
      return [name, rest];
    }),
  );
  const head = { $schema: "https://json-schema.org/draft/2020-12/schema", title: "What cc-orchestrator --json prints" };
  return `${JSON.stringify({ ...head, $defs: defs }, null, 2)}\n`;
}

const shared = { Task, Run, Runner, LogLine, Gate, Integration, WebhookMessage, ReconcileReport };

/** A shape that two commands have is another value for each of them, for a registry knows each value once. */
function keyed(): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(jsonShapes).map(([name, shape]) => [name, shape.meta({ title: name })]));
}
