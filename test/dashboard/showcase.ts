import type { Run } from "#protocol/run.ts";
import type { Runner } from "#protocol/runner.ts";
import type { Task } from "#protocol/task.ts";
import { aRun } from "./facts.ts";
import { serveTasks } from "./serving.ts";
import {
  lines,
  showcaseAudit,
  showcaseDiff,
  showcaseInsights,
  showcaseLetter,
  showcaseLoads,
  showcaseOperating,
} from "./showcase-pages.ts";
import { ago, showcaseRunners, showcaseTasks } from "./showcase-tasks.ts";

/** The dashboard with something of everything on it, and no work behind it. */
export async function showcase() {
  const tasks = showcaseTasks();
  const asked: string[] = [];
  const named = (name: string): Task => {
    const task = tasks.find((one) => one.name === name);
    if (task === undefined) throw new Error(`There is no ${name}.`);
    return task;
  };
  const taken = (name: string, takeover: Run["takeover"]): Task => {
    const task = named(name);
    const runs = task.runs.map(({ takeover: _, ...run }) => (takeover === undefined ? run : { ...run, takeover }));
    return Object.assign(task, { runs });
  };
  const aRunner = (): Runner => {
    const [runner] = showcaseRunners();
    if (runner === undefined) throw new Error("There is no runner.");
    return runner;
  };
  const server = await serveTasks({
    tasks,
    lines,
    port: 0,
    more: {
      signInWays: () => ({ web: null, device: null, missing: "Sign-in takes CC_ORCHESTRATOR_PUBLIC_URL." }),
      listRunners: () => ({ runners: showcaseRunners() }),
      retryTask: ({ params }) => {
        asked.push(`retry ${params.task}`);
        return { task: Object.assign(named(params.task), { status: "queued", conclusion: null, reason: null }) };
      },
      prioritiseTask: ({ params, body }) => {
        asked.push(`prioritise ${params.task} ${body.priority}`);
        return { task: Object.assign(named(params.task), { priority: body.priority }) };
      },
      createTask: ({ body }) => {
        asked.push(`create ${JSON.stringify(body)}`);
        return { task: named("TASK-2") };
      },
      whyTask: () => ({
        gates: [
          { isOpen: true, sentence: "ada asked for it.", advice: null },
          { isOpen: false, sentence: "No runner has the label `gpu`.", advice: "Start one that has it." },
        ],
      }),
      approveTask: ({ params }) => {
        asked.push(`approve ${params.task}`);
        return {
          task: Object.assign(named(params.task), {
            reason: null,
            status: "queued",
            runs: [aRun({ status: "queued" })],
          }),
        };
      },
      cancelTask: ({ params }) => {
        asked.push(`stop ${params.task}`);
        return { task: Object.assign(named(params.task), { status: "completed", conclusion: "cancelled" }) };
      },
      takeOverTask: ({ params }) => {
        asked.push(`take over ${params.task}`);
        return { task: taken(params.task, { by: "ada", state: "held" }) };
      },
      handBackTask: ({ params }) => {
        asked.push(`hand back ${params.task}`);
        return { task: taken(params.task, undefined) };
      },
      followTask: ({ params, body }) => {
        asked.push(`${body.verb} ${params.task}`);
        return { task: named(params.task) };
      },
      editTask: ({ params, body }) => {
        asked.push(`edit ${params.task} ${JSON.stringify(body)}`);
        return { task: named(params.task) };
      },
      sayToTask: ({ params, body }) => {
        asked.push(`say ${params.task} ${body.text}`);
        return { task: named(params.task) };
      },
      showDiff: () => showcaseDiff,
      remarkOnDiff: ({ params, body }) => {
        asked.push(`remark ${params.task} ${body.remarks.map(({ path, line }) => `${path}:${line}`).join(" ")}`);
        return { task: named(params.task) };
      },
      pauseRunner: ({ body }) => {
        const reason = { code: "paused", sentence: `ada paused it: ${body.note}` };
        const paused = { by: "ada", note: body.note, at: ago(0), drain: body.drain };
        return { runner: { ...aRunner(), paused, notClaiming: reason } };
      },
      resumeRunner: () => ({ runner: aRunner() }),
      listRunnerLoads: () => ({ loads: showcaseLoads() }),
      showInsights: () => showcaseInsights(),
      showOperating: () => showcaseOperating,
      listMessages: () => ({ messages: asked.includes("send again 9") ? [] : [showcaseLetter] }),
      sendAgain: ({ body }) => {
        asked.push(`send again ${"id" in body ? body.id : body.receiver}`);
        return { sent: 1 };
      },
      listAudit: () => ({ entries: showcaseAudit }),
    },
  });
  return {
    ...server,
    /** What was asked for, in its order. */
    asked,
    /** The task comes to need somebody. */
    fail: (name: string) => {
      const task = Object.assign(named(name), {
        status: "completed",
        conclusion: "failure",
        updatedAt: new Date().toISOString(),
      });
      server.live.publish({ kind: "task", task });
    },
  };
}
