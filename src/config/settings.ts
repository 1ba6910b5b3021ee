import { defaultHome, type Environment, type Files } from "./files.ts";
import { profileName } from "./profiles.ts";
import { readSettings } from "./read.ts";
import type { Setting, Settings } from "./setting.ts";
import { baseUrl, matching, oneOf, path, text, yesOrNo } from "./values.ts";

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Settings that every program has. */
export function commonSettings(env: Environment, files: Files) {
  return {
    home: {
      flag: "home",
      variables: ["CC_ORCHESTRATOR_HOME"],
      entry: "home",
      parse: path(files.personHome),
      fallback: defaultHome(env),
    } satisfies Setting<string>,
    logLevel: {
      flag: "log-level",
      variables: ["LOG_LEVEL"],
      entry: "log_level",
      parse: oneOf(logLevels),
      fallback: "info",
    } satisfies Setting<LogLevel>,
    allowRemote: {
      variables: ["CC_ORCHESTRATOR_ALLOW_REMOTE"],
      entry: "allow_remote",
      parse: yesOrNo,
      fallback: false,
    } satisfies Setting<boolean>,
  } satisfies Settings;
}

/** Whom the command line talks to. */
export function clientSettings(env: Environment, files: Files, allowRemote: boolean) {
  return {
    home: commonSettings(env, files).home,
    server: {
      flag: "server",
      variables: ["CC_ORCHESTRATOR_SERVER"],
      entry: "client.server",
      parse: baseUrl("http://127.0.0.1:8080", allowRemote),
      fallback: "http://127.0.0.1:8080",
    } as Setting<string>,
    profile: {
      flag: "profile",
      variables: ["CC_ORCHESTRATOR_PROFILE"],
      entry: null,
      parse: matching(profileName, "the name of a profile", "work"),
      fallback: null,
    } as Setting<string | null>,
    token: {
      variables: ["CC_ORCHESTRATOR_TOKEN"],
      entry: "client.token",
      secret: true,
      parse: text,
      fallback: null,
    } as Setting<string | null>,
  };
}

/** Whether the operator has said that keys may pass unencrypted between machines. */
export function mayGoRemote(env: Environment, files: Files): boolean {
  const { allowRemote } = commonSettings(env, files);
  return readSettings({ allowRemote }, env, files, {}).values.allowRemote === true;
}
