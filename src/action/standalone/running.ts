import { join } from "node:path";
import { endGroup, setSecret, startGroup } from "@actions/core";
import { modelEnvironment } from "../model-access.ts";
import { detectSandbox, type JobRunner, startJobRunner } from "../programs.ts";
import { ensureTools } from "../tools.ts";
import type { Plane } from "./plane.ts";
import type { Shop } from "./work-on-issue.ts";

/** The job's runner: begun with the first run, for an event that needs none installs nothing. */
export function openRunning(
  { inputs, job, repository, log }: Shop,
  plane: Plane,
  home: string,
): { begin(): Promise<void>; end(): Promise<void>; stop(): Promise<void>; failed: AbortSignal } {
  let starting: Promise<JobRunner> | null = null;
  const failed = new AbortController();
  let isEnded = false;

  async function start(): Promise<JobRunner> {
    startGroup("Getting ready");
    const claude = await ensureTools({
      ...inputs,
      folder: join(job.folder, "claude"),
      say: (line) => console.log(line),
    });
    endGroup();
    const credential = plane.admitRunner(await detectSandbox(), repository.name);
    setSecret(credential);
    const { model } = inputs;
    const runner = await startJobRunner(
      {
        server: plane.url,
        credential,
        home,
        claude,
        modelKey: model.kind === "key" ? model.key : null,
        modelEnvironment: modelEnvironment(model, process.env),
        modelUrl: inputs.modelUrl,
        socket: `cc-orchestrator-job-${job.runId}-${process.pid}`,
        once: false,
      },
      log,
    );
    startGroup("What Claude does");
    runner.done.catch((error: unknown) => failed.abort(error));
    return runner;
  }
  return {
    failed: failed.signal,
    async begin() {
      starting ??= start();
      await starting;
    },
    async end() {
      const runner = await starting?.catch(() => null);
      if (runner != null && !failed.signal.aborted) await runner.drain();
      if (runner != null && !isEnded) endGroup();
      isEnded = runner != null;
    },
    async stop() {
      const runner = await starting?.catch(() => null);
      if (runner != null) await runner.stop();
    },
  };
}
