import type { Command } from "commander";
import { openClient } from "#protocol/client.ts";
import { askSecret } from "../ask-secret.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { ConfigError, FailedError, UsageError } from "../errors.ts";
import { isProfileName, type Profile, readAccess, readKeptProfiles } from "../programs/configuration.ts";
import { keepProfiles } from "../programs/kept.ts";

type Options = ClientFlags & OutputFlags & { withToken?: true; device?: true };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .option("--device", "sign in as yourself, with a code that you enter at GitHub")
    .option("--with-token", "read the operator's token from stdin")
    .addHelpText(
      "after",
      `
With --device you may do what your role in each repository allows. The operator's token, in operator.token in the
control plane's folder, may everything. What you log in with is kept in profiles.json beside config.yaml, which only
you can read, under the name that --profile says, or else the server's.`,
    )
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  if (options.device && options.withToken)
    throw new UsageError("One logs in one way at a time.", "Write --device or --with-token.");
  const { server, name } = await placeOf(context, options);
  if (options.device) return keep(context, options, name, await personAt(context, server));
  const token = options.withToken ? context.readStdin().trim() : await askSecret(context, `Token for ${server}: `);
  if (token === null || token === "" || /\s/.test(token)) {
    throw new UsageError("There is no token.", "Use: cc-orchestrator login --server URL --with-token < operator.token");
  }
  // Asked before anything is written: a wrong token would shut the next command out.
  await openClient(server, token)("listRunners");
  await keep(context, options, name, { server, token, login: null });
}

/** Signs a person in with GitHub, and exchanges that for a token of the server. */
async function personAt(context: Context, server: string): Promise<Profile> {
  const call = openClient(server, null);
  const { device, missing } = await call("signInWays");
  if (device === null)
    throw new FailedError(
      `Nobody can sign in with GitHub at ${server}. ${missing ?? ""}`.trim(),
      "With the operator's token: cc-orchestrator login --with-token < operator.token",
    );
  const { signInByDevice } = await import("../device-flow.ts");
  const body = { token: await signInByDevice(context, device) };
  const { token, name } = await call("signInByToken", { body });
  return { server, token, login: name };
}

/** The server, and under which name it is kept. A new profile's server may be named by --server beside --profile. */
async function placeOf(context: Context, { server: url, profile }: Options): Promise<{ server: string; name: string }> {
  if (profile !== undefined && !isProfileName(profile))
    throw new UsageError(
      `"${profile}" cannot be the name of a profile.`,
      `Write letters, digits, dots and dashes, at most 40; "local" is this machine's own.`,
    );
  const known = await readKeptProfiles(context.env);
  if ("problems" in known) throw new ConfigError(known.problems);
  const isKnown = profile !== undefined && Object.hasOwn(known.profiles.profiles, profile);
  const access = await readAccess(context.env, url === undefined && isKnown ? { profile } : { server: url });
  if ("problems" in access) throw new ConfigError(access.problems);
  const { server } = access;
  return { server, name: profile ?? new URL(server).host.replaceAll(/[^A-Za-z0-9.-]/g, "-").slice(0, 40) };
}

async function keep(context: Context, options: Options, name: string, profile: Profile): Promise<void> {
  const reading = await readKeptProfiles(context.env);
  if ("problems" in reading) throw new ConfigError(reading.problems);
  const { profiles } = reading.profiles;
  const path = await keepProfiles(context.env, { use: name, profiles: { ...profiles, [name]: profile } });
  const { server, login } = profile;
  if (options.json) return context.printJson({ profile: name, server, login, path });
  context.print(`logged in  ${server}${login === null ? "" : `  as ${login}`}\n`);
  context.say(`Profile ${name} is in use, kept in ${path}. Another one: cc-orchestrator profile use NAME`);
}
