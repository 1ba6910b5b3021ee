import { dirname, join } from "node:path";
import { configPath, type Environment, type Files } from "./files.ts";
import { secretFile } from "./secrets.ts";
import type { ConfigProblem } from "./setting.ts";

/** A control plane that somebody logged in to, and as whom. */
export type Profile = {
  server: string;
  token: string;
  /** The person's name at GitHub; null with the operator's own token. */
  login: string | null;
};

/** What `login` keeps. JSON and not YAML: every command reads it, and a parser of YAML takes longer than a command. */
export type Profiles = { use: string | null; profiles: Readonly<Record<string, Profile>> };

/** The name of no profile: what config.yaml and the environment say. */
export const localProfile = "local";

export const profileName = /^[a-z0-9][a-z0-9._-]{0,39}$/i;

/** Beside config.yaml, and 0600: tokens are in it. */
export function profilesPath(env: Environment): string {
  return join(dirname(configPath(env)), "profiles.json");
}

/** What is kept; nothing where nobody has logged in yet. */
export function readProfiles(env: Environment, files: Files): Profiles | ConfigProblem {
  const path = profilesPath(env);
  if (files.look(path) === null) return { use: null, profiles: {} };
  const file = secretFile(path, path, files);
  if ("sentence" in file) return file;
  return profilesIn(file.content) ?? { key: path, sentence: "This file is damaged.", advice: "Remove it, and log in." };
}

/** The profile that keeps a token for this server. */
export function profileOf(server: string, { profiles }: Profiles): Profile | null {
  return Object.values(profiles).find((one) => one.server === server) ?? null;
}

function profilesIn(content: string): Profiles | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch {
    return null; // said as a problem by the caller
  }
  if (!isObject(parsed) || !isObject(parsed.profiles)) return null;
  const { use, profiles } = parsed;
  const entries = Object.entries(profiles).map(([name, one]) => [name, profileIn(one)] as const);
  if (entries.some(([name, one]) => one === null || !profileName.test(name))) return null;
  const kept = Object.fromEntries(entries.flatMap(([name, one]) => (one === null ? [] : [[name, one]])));
  return { use: typeof use === "string" && Object.hasOwn(kept, use) ? use : null, profiles: kept };
}

function profileIn(value: unknown): Profile | null {
  if (!isObject(value)) return null;
  const { server, token, login } = value;
  if (typeof server !== "string" || !URL.canParse(server) || typeof token !== "string" || token === "") return null;
  return { server, token, login: typeof login === "string" ? login : null };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
