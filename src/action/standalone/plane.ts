/**
 * The control plane within the job: the same operations, store and loops, for one issue, reached over loopback by the one
 * runner of the job. It is over when nothing more can be done now.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Logger } from "pino";
import { taskName } from "#domain/task.ts";
import { openRunnerHttp } from "#http/http.ts";
import { openCheckouts } from "#local/checkouts.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { openGauges } from "#operations/gauges.ts";
import type { Delivery } from "#operations/ports/deliveries.ts";
import type { GitHub } from "#operations/ports/github.ts";
import type { Clock, Operator, World } from "#operations/ports/world.ts";
import { ProblemError } from "#operations/problem-error.ts";
import { hashOf, issueRegistrationToken, registerRunner } from "#operations/register-runner.ts";
import { showTask } from "#operations/show-tasks.ts";
import type { LogLine } from "#protocol/report.ts";
import type { Task } from "#protocol/task.ts";
import { openLogs } from "#store/logs.ts";
import { openStore } from "#store/store.ts";
import { openDeliveryLoop } from "../../loops/delivery-loop.ts";
import { openFollowLoop } from "../../loops/follow-loop.ts";
import { openLeaseSweep } from "../../loops/lease-sweep.ts";
import { openReconcileLoop } from "../../loops/reconcile-loop.ts";
import { openSurfaceLoop } from "../../loops/surface-loop.ts";
import { runnerHandlersOf } from "../../runner-handlers.ts";
import { openWaiters } from "../../waiters.ts";
import { version } from "../version.ts";
import { type Rest, restOf } from "./rest.ts";

export type PlaneOptions = {
  folder: string;
  /** The number that the issue's task gets: that of the issue, so that it is the same in every job. */
  firstTaskId: number;
  github: GitHub;
  operator: Operator;
  clock: Clock;
  log: Logger;
  /** What Claude says and does, for people to read. */
  say(line: LogLine): void;
};

export type Plane = {
  world: World;
  url: string;
  accept(delivery: Delivery): void;
  /** The one runner's credential; it counts as there from now on. */
  admitRunner(sandbox: "bubblewrap" | "unshare" | "none", repository: string): string;
  /** What is left to do now. */
  rest(): Rest;
  /** Resolves when something may have changed, and at the latest after so many milliseconds. */
  change(ms: number, signal: AbortSignal): Promise<void>;
  task(): Task | null;
  /** Compares with GitHub what an event may have missed. */
  lookAtGitHub(): Promise<void>;
  /** Writes the database as it is now into this file. */
  backup(to: string): Promise<void>;
  close(): Promise<void>;
};

export async function openPlane(options: PlaneOptions): Promise<Plane> {
  const { clock, log, folder } = options;
  const file = join(folder, "state.db");
  const store = openStore({ file, firstTaskId: options.firstTaskId });
  const logs = openLogs(join(folder, "logs"));
  const waiters = { queue: openWaiters(), tasks: openWaiters(), changes: openWaiters() };
  const loops: { ring(): void; close(): Promise<void> }[] = [];
  const later = (tell: () => void) => setImmediate(tell);
  const changed = () => later(waiters.changes.wake);
  const world: World = {
    store,
    logs,
    github: options.github,
    checkouts: openCheckouts(),
    bell: {
      queue: () => later(() => [waiters.queue.wake(), waiters.changes.wake()]),
      work: () => later(() => [...loops.map((loop) => loop.ring()), waiters.changes.wake()]),
      task: () => later(() => [waiters.tasks.wake(), waiters.changes.wake()]),
      // Nobody looks at a job of its own.
      command: () => undefined,
      runner: changed,
      log: (_task, _run, lines) => lines.forEach(options.say),
    },
    clock,
    random: Math.random,
    newSessionId: randomUUID,
    newSecret: () => randomBytes(32).toString("base64url"),
    operator: options.operator,
  };
  loops.push(openDeliveryLoop(world, log), openSurfaceLoop(world, log), openFollowLoop(world, log));
  const sweep = openLeaseSweep(world, log);
  const reconciling = openReconcileLoop(world, log);
  const http = openRunnerHttp({
    handlers: runnerHandlersOf(world, {
      waiters,
      jobTokens: {
        read: () => Promise.reject(new ProblemError({ status: 401, code: "no_jobs", title: "No jobs here." })),
      },
      gauges: openGauges(clock),
      // Nobody can look at a terminal in a job.
      terminals: { wanted: () => [] },
    }),
    authenticate: (bearer, audience) => {
      const runner = audience === "runner" ? store.runners.byCredential(hashOf(bearer)) : null;
      return runner === null ? null : { kind: "runner", runner };
    },
    log,
  });
  const listening = await http.listen();
  return {
    world,
    url: listening.url,
    accept: (delivery) => void acceptDelivery(world, delivery),
    admitRunner(sandbox, repository) {
      const { token } = issueRegistrationToken(world);
      const labels = ["actions", ...store.tasks.list({ limit: 1 }).flatMap(({ policy }) => policy.runs_on)];
      const { runnerId, credential } = registerRunner(world, {
        token,
        name: "github-actions",
        labels: [...new Set(labels)],
        slots: 1,
        version,
        sandbox,
        repositories: [repository],
      });
      const runner = store.runners.get(runnerId);
      if (runner !== null) store.transaction(() => store.runners.update({ ...runner, heartbeatAt: clock() }));
      return credential;
    },
    rest: () => restOf(world),
    change: (ms, signal) => waiters.changes.wait(ms, signal),
    task() {
      const [task] = store.tasks.list({ limit: 1 });
      return task === undefined ? null : showTask(world, taskName(task.id));
    },
    async lookAtGitHub() {
      await reconciling.now(null);
    },
    backup: (to) => store.backup(to),
    async close() {
      await Promise.all([listening.close(), sweep.close(), reconciling.close(), ...loops.map((loop) => loop.close())]);
      store.close();
      logs.close();
    },
  };
}
