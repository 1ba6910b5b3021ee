import { boundSettings } from "./bounds.ts";
import type { Environment, Files } from "./files.ts";
import type { Setting } from "./setting.ts";
import { commonSettings } from "./settings.ts";
import { baseUrl, listOf, matching, path, text, wholeNumber } from "./values.ts";

/** What the operator of a runner can decide. `server` has no default before a registration names it. */
export function runnerSettings(env: Environment, files: Files, allowRemote: boolean) {
  const label = /^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$/;
  return {
    ...commonSettings(env, files),
    server: {
      flag: "server",
      variables: ["CC_ORCHESTRATOR_SERVER"],
      entry: "runner.server",
      parse: baseUrl("https://orchestrator.example.com", allowRemote),
      fallback: null,
    } as Setting<string | null>,
    name: {
      flag: "name",
      variables: ["CC_ORCHESTRATOR_RUNNER_NAME"],
      entry: "runner.name",
      parse: matching(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
        "a name of letters, digits, dots, dashes and underscores (at most 63)",
        "build-box-1",
      ),
      fallback: null,
    } as Setting<string | null>,
    labels: {
      flag: "labels",
      variables: ["CC_ORCHESTRATOR_RUNNER_LABELS"],
      entry: "runner.labels",
      parse: listOf(label, "a label of letters, digits, dots, dashes and underscores (at most 50)", "linux,gpu"),
      fallback: null,
    } as Setting<string[] | null>,
    slots: {
      flag: "slots",
      variables: ["CC_ORCHESTRATOR_RUNNER_SLOTS"],
      entry: "runner.slots",
      parse: wholeNumber(1, 100, 2),
      fallback: null,
    } as Setting<number | null>,
    repositories: {
      flag: "repository",
      variables: ["CC_ORCHESTRATOR_RUNNER_REPOSITORIES"],
      entry: "runner.repositories",
      parse: listOf(
        /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/,
        "a repository (owner/name)",
        "octocat/hello-world",
      ),
      fallback: null,
    } as Setting<string[] | null>,
    claude: {
      flag: "claude",
      variables: ["CC_ORCHESTRATOR_CLAUDE"],
      entry: "runner.claude",
      parse: text,
      fallback: "claude",
    } as Setting<string>,
    anthropicApiKey: {
      variables: ["ANTHROPIC_API_KEY"],
      entry: null,
      secret: true,
      parse: matching(/^[\x21-\x7e]{8,}$/, "a key of the Anthropic API", "the key as the Anthropic Console shows it"),
      fallback: null,
    } as Setting<string | null>,
    anthropicApiKeyPath: {
      variables: ["ANTHROPIC_API_KEY_PATH"],
      entry: "runner.anthropic_api_key_path",
      parse: path(files.personHome),
      fallback: null,
    } as Setting<string | null>,
    anthropicBaseUrl: {
      variables: ["ANTHROPIC_BASE_URL"],
      entry: "runner.anthropic_base_url",
      parse: baseUrl("https://gateway.example.com", allowRemote),
      fallback: null,
    } as Setting<string | null>,
    includeFolder: {
      variables: ["CC_ORCHESTRATOR_INCLUDE"],
      entry: "runner.include",
      parse: path(files.personHome),
      fallback: null,
    } as Setting<string | null>,
    ...boundSettings(),
  };
}
