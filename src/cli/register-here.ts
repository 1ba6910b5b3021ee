import { openClient } from "#protocol/client.ts";
import { askSecret } from "./ask-secret.ts";
import type { Context } from "./context.ts";
import { ConfigError, UsageError } from "./errors.ts";
import { readRunnerSettings } from "./programs/configuration.ts";
import { registerRunner } from "./registering.ts";
import type { RunnerFlags } from "./runner-flags.ts";

export type RegisterFlags = RunnerFlags & { server?: string; token?: string; withToken?: true };

/** A runner that a server knows now. `path` holds its credential. */
export type RegisteredHere = { runnerId: number; name: string; server: string; path: string };

/**
 * Makes this machine a runner of the server that the flags, the environment or config.yaml name.
 * @param isAsked whether a person may be asked for the token
 * @throws UsageError, ConfigError, RefusedError, UnreachableError
 */
export async function registerHere(
  context: Context,
  options: RegisterFlags,
  { isAsked }: { isAsked: boolean },
): Promise<RegisteredHere> {
  const reading = await readRunnerSettings(context, options, "runner");
  if ("problems" in reading) throw new ConfigError(reading.problems);
  const { server, name } = reading.config;
  const token = await tokenOf(context, options, isAsked && server !== null);
  if (!token || token.length < 20 || token.length > 200 || /\s/.test(token))
    throw new UsageError(
      token ? "This is not a registration token." : "A registration token is needed.",
      "Get one on the server's machine with `cc-orchestrator runner token`, and give it with --with-token on stdin.",
    );
  if (server === null)
    throw new UsageError("It is not said which server this runner is to work for.", "Give its address with --server.");
  const registered = await registerRunner(openClient(server, null), server, token, reading.config);
  return { ...registered, name, server };
}

async function tokenOf(context: Context, options: RegisterFlags, isAsked: boolean): Promise<string | null> {
  const given = options.withToken ? context.readStdin().trim() : options.token;
  const known = given ?? context.env.CC_ORCHESTRATOR_REGISTRATION_TOKEN;
  if (known) return known;
  return isAsked ? askSecret(context, "What `cc-orchestrator runner token` printed on the server's machine: ") : null;
}
