/**
 * The programs that the command line starts: each is loaded when it is asked for, so that asking a server something never
 * loads a server.
 */

import type { Logger } from "pino";
import type { RunnerConfig } from "../../config/runner.ts";
import type { ServerConfig } from "../../config/server.ts";
import { FailedError, NotAllowedError } from "../errors.ts";
import { readShownConfig, type Where } from "./configuration.ts";
import { messageOf } from "./state.ts";

/** A control plane that answers at `url`. */
export type RunningServer = { url: string; close(): Promise<void> };

/** A runner: `drain` lets its runs end, `stop` leaves them to the next runner; `done` is when neither is left to do. */
export type RunningRunner = { drain(): Promise<void>; stop(): Promise<void>; done: Promise<void> };

/** @throws FailedError when its state or its port is not to be had */
export async function startServer(
  config: ServerConfig,
  { log, where }: { log: Logger; where?: Where },
): Promise<RunningServer> {
  const { startServer: start } = await import("../../main.ts");
  try {
    const shown = where === undefined ? [] : (await readShownConfig(where)).settings;
    return await start({ ...config, shown }, { log });
  } catch (error) {
    const storeErrors = await import("../../store/errors.ts");
    if (Object.values(storeErrors).some((kind) => error instanceof kind)) throw new FailedError(messageOf(error), "");
    throw listenFailure(error, config) ?? error;
  }
}

/** @throws FailedError when the machine is not ready for runs; `done` rejects so when the server does not know it */
export async function startRunner(
  config: RunnerConfig,
  { log, once }: { log: Logger; once: boolean },
): Promise<RunningRunner> {
  const [{ NotReadyError, startRunner: start }, { UnregisteredError }, { RunnerInUseError }] = await Promise.all([
    import("../../../runner/main.ts"),
    import("../../../runner/claim-loop.ts"),
    import("../../../runner/holder.ts"),
  ]);
  const inWords = (error: unknown): never => {
    if (error instanceof NotReadyError) throw new FailedError(error.message, "");
    throw error instanceof UnregisteredError || error instanceof RunnerInUseError
      ? new NotAllowedError(error.message)
      : error;
  };
  const runner = await start(config, { log, once }).catch(inWords);
  return {
    drain: () => runner.drain().catch(inWords),
    stop: () => runner.stop().catch(inWords),
    done: runner.done.catch(inWords),
  };
}

function listenFailure(error: unknown, { host, port }: ServerConfig): FailedError | null {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE")
    return new FailedError(
      `Another program listens on port ${port} of ${host}.`,
      "Stop it, or choose another port with --port; `cc-orchestrator status` tells whether it is one of ours.",
    );
  if (code === "EACCES")
    return new FailedError(`This user may not listen on port ${port}.`, "Choose a port from 1024 on with --port.");
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return new FailedError(`${host} is no address of this machine.`, "Choose one of its own with --host.");
  return null;
}
