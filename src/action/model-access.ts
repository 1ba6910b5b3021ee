import { InputError, type InputName } from "./input-names.ts";

/** What Claude Code pays with. */
export type ModelAccess =
  | { kind: "key"; key: string }
  | { kind: "oauth"; token: string }
  | { kind: "bedrock" }
  | { kind: "vertex" };

const withKey = "give it a secret of the repository, as the examples in docs/action.md do";

/** Variables of the job that count: steps before ours, and the workflow's `env`, set them. */
type Job = Readonly<Record<string, string | undefined>>;

/** Exactly one of them, and of a cloud where it is. @throws InputError */
export function readModelAccess(
  read: (name: InputName) => string,
  of: { use: { bedrock: boolean; vertex: boolean }; job: Job },
): ModelAccess {
  const key = read("anthropic-api-key");
  const token = read("claude-code-oauth-token");
  const given: ModelAccess[] = [
    ...(key === "" ? [] : [{ kind: "key" as const, key }]),
    ...(token === "" ? [] : [{ kind: "oauth" as const, token }]),
    ...(of.use.bedrock ? [{ kind: "bedrock" as const }] : []),
    ...(of.use.vertex ? [{ kind: "vertex" as const }] : []),
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
  if (first.kind === "bedrock" || first.kind === "vertex") expectPlace(first.kind, of.job);
  return first;
}

/** Without these Claude Code would only fail later, and say less. Any one of each row is enough. */
const places = {
  bedrock: {
    input: "use-bedrock",
    rows: [["AWS_REGION", "AWS_DEFAULT_REGION"]],
    step: "aws-actions/configure-aws-credentials",
  },
  vertex: {
    input: "use-vertex",
    rows: [["CLOUD_ML_REGION"], ["ANTHROPIC_VERTEX_PROJECT_ID"]],
    step: "google-github-actions/auth",
  },
} as const;

function expectPlace(kind: keyof typeof places, job: Job): void {
  const { input, rows, step } = places[kind];
  for (const row of rows)
    if (!row.some((name) => (job[name] ?? "") !== ""))
      throw new InputError(
        input,
        `the job has no ${row[0]}: set it in the workflow's \`env\`, and log in with ${step} in a step before this one`,
      );
}

/** Which model is meant by which name: a cloud offers what its account has. */
const ofBoth = [
  "ANTHROPIC_MODEL",
  "ANTHROPIC_SMALL_FAST_MODEL",
  "ANTHROPIC_DEFAULT_OPUS_MODEL",
  "ANTHROPIC_DEFAULT_SONNET_MODEL",
  "ANTHROPIC_DEFAULT_HAIKU_MODEL",
] as const;

/** What Claude Code reads for each of the clouds. */
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
    "ANTHROPIC_SMALL_FAST_MODEL_AWS_REGION",
    ...ofBoth,
  ],
  vertex: [
    "CLOUD_ML_REGION",
    "ANTHROPIC_VERTEX_PROJECT_ID",
    "ANTHROPIC_VERTEX_BASE_URL",
    "CLAUDE_CODE_SKIP_VERTEX_AUTH",
    "GOOGLE_APPLICATION_CREDENTIALS",
    ...ofBoth,
  ],
} as const;

/** Vertex offers models in different regions; each has a variable, as VERTEX_REGION_CLAUDE_4_5_SONNET. */
const ofOneModel = /^VERTEX_REGION_CLAUDE_[A-Z0-9_]+$/;

/**
 * What Claude Code gets in its environment; nothing for a key, which has a way of its own.
 * https://code.claude.com/docs/en/amazon-bedrock, https://code.claude.com/docs/en/google-vertex-ai
 */
export function modelEnvironment(access: ModelAccess, job: Job): Record<string, string> {
  if (access.kind === "key") return {};
  if (access.kind === "oauth") return { CLAUDE_CODE_OAUTH_TOKEN: access.token };
  const regions = access.kind === "vertex" ? Object.keys(job).filter((name) => ofOneModel.test(name)) : [];
  const named = [...ofClouds[access.kind], ...regions].flatMap((name): [string, string][] => {
    const value = job[name];
    return value === undefined || value === "" ? [] : [[name, value]];
  });
  return {
    [access.kind === "bedrock" ? "CLAUDE_CODE_USE_BEDROCK" : "CLAUDE_CODE_USE_VERTEX"]: "1",
    ...Object.fromEntries(named),
  };
}
