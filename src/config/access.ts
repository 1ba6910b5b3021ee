import { join } from "node:path";
import type { Environment, Files } from "./files.ts";
import { localProfile, type Profile, type Profiles, profileOf, readProfiles } from "./profiles.ts";
import { type Flags, readSettings } from "./read.ts";
import type { ConfigProblem } from "./setting.ts";
import { clientSettings, mayGoRemote } from "./settings.ts";
import { isLoopback } from "./values.ts";

/** Which control plane the command line talks to, and as whom. */
export type Access = { server: string; token: string | null };

/** Where a control plane leaves the token of its operator, for programs of the same user on the same machine. */
export function operatorTokenPath(home: string): string {
  return join(home, "operator.token");
}

/** Where a control plane leaves its address, for the same. */
export function addressPath(home: string): string {
  return join(home, "web.url");
}

/**
 * Server and token of the command line. A flag goes before the environment, that before the profile in use, and that
 * before config.yaml. A token that is kept goes to the server that it was kept for and to no other; the local token is
 * only ever given to a server on this machine.
 */
export function readAccess(env: Environment, files: Files, flags: Flags): Access | { problems: ConfigProblem[] } {
  const read = readSettings(clientSettings(env, files, mayGoRemote(env, files)), env, files, flags);
  const { home, token } = read.values;
  const server =
    read.origins.server === "the default" ? (localAddress(home, files) ?? read.values.server) : read.values.server;
  const profiles = readProfiles(env, files);
  const problems = [...files.problems, ...read.problems, ...("sentence" in profiles ? [profiles] : [])];
  if (problems.length > 0 || "sentence" in profiles) return { problems };
  if (home === undefined || server === undefined || token === undefined) return { problems };
  const chosen = chosenProfile(read, profiles);
  if (chosen !== null && "sentence" in chosen) return { problems: [chosen] };
  const fromEnvironment = read.origins.token?.endsWith("in the environment") === true ? token : null;
  if (chosen !== null) {
    const given = flags.profile === undefined ? fromEnvironment : null;
    return { server: chosen.server, token: given ?? chosen.token };
  }
  const kept =
    fromEnvironment ??
    (token !== null && isKeptFor(server, env, files) ? token : null) ??
    profileOf(server, profiles)?.token;
  return { server, token: kept ?? (isLoopback(new URL(server).hostname) ? localToken(home, files) : null) };
}

type ClientRead = ReturnType<typeof readSettings<ReturnType<typeof clientSettings>>>;

/** The profile that decides; null where a server is named, or nobody has logged in. */
function chosenProfile({ values, origins }: ClientRead, { use, profiles }: Profiles): Profile | ConfigProblem | null {
  const isServerNamed = origins.server?.startsWith("the flag ") || origins.server?.endsWith(" in the environment");
  const isByFlag = origins.profile?.startsWith("the flag ");
  const name = isByFlag || !isServerNamed ? (values.profile ?? use) : null;
  if (name === null || name === localProfile) return null;
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile !== undefined) return profile;
  return {
    key: isByFlag ? "--profile" : "CC_ORCHESTRATOR_PROFILE",
    sentence: `There is no profile ${name}.`,
    advice: `Make it: cc-orchestrator login --profile ${name} --server URL`,
  };
}

/** Whether config.yaml's token is for this server, and not for another one that stands beside it. */
function isKeptFor(server: string, env: Environment, files: Files): boolean {
  const { server: setting } = clientSettings(env, files, mayGoRemote(env, files));
  const beside = readSettings({ server: setting }, {}, files, {});
  return beside.origins.server === "the default" || beside.values.server === server;
}

/** The folder of a control plane's state, for commands that need nothing else of its configuration. */
export function readHome(
  env: Environment,
  files: Files,
  flags: Flags,
): { home: string } | { problems: ConfigProblem[] } {
  const { home } = clientSettings(env, files, mayGoRemote(env, files));
  const read = readSettings({ home }, env, files, flags);
  return read.values.home === undefined ? { problems: read.problems } : { home: read.values.home };
}

/** What a control plane of this machine has left, started last with this folder; null for none. */
function localAddress(home: string | undefined, files: Files): string | null {
  if (home === undefined || files.look(addressPath(home)) === null) return null;
  const url = files.read(addressPath(home)).trim();
  return URL.canParse(url) && isLoopback(new URL(url).hostname) ? url : null;
}

function localToken(home: string, files: Files): string | null {
  const path = operatorTokenPath(home);
  return files.look(path) === null ? null : files.read(path).trim();
}
