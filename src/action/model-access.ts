import { InputError, type InputName } from "./input-names.ts";

/** What Claude Code pays with. */
export type ModelAccess =
  | { kind: "key"; key: string }
  | { kind: "oauth"; token: string }
  | { kind: "bedrock" }
  | { kind: "vertex" };

const withKey = "give it a secret of the repository, as the examples in docs/action.md do";

/** Exactly one of them. @throws InputError */
export function readModelAccess(
  read: (name: InputName) => string,
  use: { bedrock: boolean; vertex: boolean },
): ModelAccess {
  const key = read("anthropic-api-key");
  const token = read("claude-code-oauth-token");
  const given: ModelAccess[] = [
    ...(key === "" ? [] : [{ kind: "key" as const, key }]),
    ...(token === "" ? [] : [{ kind: "oauth" as const, token }]),
    ...(use.bedrock ? [{ kind: "bedrock" as const }] : []),
    ...(use.vertex ? [{ kind: "vertex" as const }] : []),
  ];
  const [first, second] = given;
  if (first === undefined)
    throw new InputError(
      "anthropic-api-key",
      `${withKey}; or claude-code-oauth-token, use-bedrock or use-vertex. An event of a fork has no secrets.`,
    );
  if (second !== undefined)
    throw new InputError(
      "anthropic-api-key",
      "give one of anthropic-api-key, claude-code-oauth-token, use-bedrock and use-vertex",
    );
  for (const line of [key, token])
    if (/\s/.test(line)) throw new InputError("anthropic-api-key", "the secret has a space or a line break in it");
  return first;
}

/** Variables of the job that Claude Code reads for each of the clouds; steps before ours set them. */
const ofClouds = {
  bedrock: [
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_BEARER_TOKEN_BEDROCK",
    "ANTHROPIC_BEDROCK_BASE_URL",
    "CLAUDE_CODE_SKIP_BEDROCK_AUTH",
    "ANTHROPIC_MODEL",
    "ANTHROPIC_SMALL_FAST_MODEL",
  ],
  vertex: [
    "CLOUD_ML_REGION",
    "ANTHROPIC_VERTEX_PROJECT_ID",
    "ANTHROPIC_VERTEX_BASE_URL",
    "CLAUDE_CODE_SKIP_VERTEX_AUTH",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "ANTHROPIC_MODEL",
    "ANTHROPIC_SMALL_FAST_MODEL",
  ],
} as const;

/**
 * What Claude Code gets in its environment; nothing for a key, which has a way of its own.
 * https://code.claude.com/docs/en/amazon-bedrock, https://code.claude.com/docs/en/google-vertex-ai
 */
export function modelEnvironment(
  access: ModelAccess,
  job: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  if (access.kind === "key") return {};
  if (access.kind === "oauth") return { CLAUDE_CODE_OAUTH_TOKEN: access.token };
  const named = ofClouds[access.kind].flatMap((name): [string, string][] => {
    const value = job[name];
    return value === undefined || value === "" ? [] : [[name, value]];
  });
  return {
    [access.kind === "bedrock" ? "CLAUDE_CODE_USE_BEDROCK" : "CLAUDE_CODE_USE_VERTEX"]: "1",
    ...Object.fromEntries(named),
  };
}
