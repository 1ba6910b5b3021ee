import { openClient, RefusedError } from "#protocol/client.ts";
import type { Context } from "./context.ts";
import { ConfigError } from "./errors.ts";
import {
  type RunnerConfig,
  readOperatorToken,
  readRunnerConfig,
  readRunnerSettings,
} from "./programs/configuration.ts";
import { registerRunner } from "./registering.ts";
import type { RunnerFlags } from "./runner-flags.ts";

/** The runner beside a server keeps its registration apart from one that this machine has with another server. */
export const localFolder = "local-runner";

/** What a runner has that reaches the repositories of the server's machine. */
const localLabel = "local";

/**
 * The configuration of the runner that works beside its server, after registering it where the server does not know it
 * (any more).
 * @param home the server's folder of state
 * @throws ConfigError
 */
export async function localRunner(
  context: Context,
  options: RunnerFlags,
  home: string,
  server: string,
): Promise<RunnerConfig> {
  const known = await readRunnerConfig(context, options, localFolder);
  const isLocal = "config" in known && known.config.labels.includes(localLabel);
  if (isLocal && (await isKnown(server, known.config.credential))) return { ...known.config, server };
  const reading = await readRunnerSettings(context, options, localFolder);
  if ("problems" in reading) throw new ConfigError(reading.problems);
  const { token } = await openClient(server, await readOperatorToken(home))("createRunnerToken");
  const labels = [...new Set([...reading.config.labels, localLabel])];
  await registerRunner(openClient(server, null), server, token, { ...reading.config, labels });
  const now = await readRunnerConfig(context, options, localFolder);
  if ("problems" in now) throw new ConfigError(now.problems);
  return now.config;
}

async function isKnown(server: string, credential: string): Promise<boolean> {
  const body = { held: [], freeSlots: 0, freeMemoryBytes: 0, freeDiskBytes: 0, draining: false };
  try {
    await openClient(server, credential)("heartbeat", { body });
    return true;
  } catch (error) {
    if (error instanceof RefusedError && error.problem.status === 401) return false;
    throw error;
  }
}
