import { join } from "node:path";
import type { Environment, Files } from "./files.ts";
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

/** Server and token of the command line; the local token is only ever given to a server on this machine. */
export function readAccess(env: Environment, files: Files, flags: Flags): Access | { problems: ConfigProblem[] } {
  const read = readSettings(clientSettings(env, files, mayGoRemote(env, files)), env, files, flags);
  const { home, server, token } = read.values;
  const problems = [...files.problems, ...read.problems];
  if (problems.length > 0 || home === undefined || server === undefined || token === undefined) return { problems };
  return { server, token: token ?? (isLoopback(new URL(server).hostname) ? localToken(home, files) : null) };
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

function localToken(home: string, files: Files): string | null {
  const path = operatorTokenPath(home);
  return files.look(path) === null ? null : files.read(path).trim();
}
