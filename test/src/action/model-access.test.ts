import { describe, expect, test } from "vitest";
import type { InputName } from "#action/input-names.ts";
import { type ModelAccess, modelEnvironment, readModelAccess } from "#action/model-access.ts";

/** A job in which every way to a model was prepared, among all that a job has besides. */
const job = {
  PATH: "/usr/bin",
  HOME: "/home/runner",
  GITHUB_TOKEN: "ghs_secret",
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "secret",
  ACTIONS_RUNTIME_TOKEN: "secret",
  INPUT_ANTHROPIC_API_KEY: "sk-ant-secret",
  ANTHROPIC_API_KEY: "sk-ant-secret",
  ANTHROPIC_AUTH_TOKEN: "secret",
  CLAUDE_CODE_OAUTH_TOKEN: "secret",
  NPM_TOKEN: "secret",
  ANTHROPIC_MODEL: "a model",
  ANTHROPIC_DEFAULT_HAIKU_MODEL: "a small model",
  ANTHROPIC_SMALL_FAST_MODEL: "",
  AWS_REGION: "eu-central-1",
  AWS_DEFAULT_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_SESSION_TOKEN: "secret",
  AWS_PROFILE: "another",
  AWS_ROLE_ARN: "another",
  AWS_WEB_IDENTITY_TOKEN_FILE: "/a/file",
  AWS_BEARER_TOKEN_BEDROCK: "secret",
  ANTHROPIC_BEDROCK_BASE_URL: "https://bedrock.example.com",
  ANTHROPIC_SMALL_FAST_MODEL_AWS_REGION: "us-east-1",
  CLOUD_ML_REGION: "europe-west1",
  ANTHROPIC_VERTEX_PROJECT_ID: "acme-1",
  ANTHROPIC_VERTEX_BASE_URL: "https://vertex.example.com",
  GOOGLE_APPLICATION_CREDENTIALS: "/a/file",
  GOOGLE_GHA_CREDS_PATH: "/a/file",
  VERTEX_REGION_CLAUDE_4_5_SONNET: "us-east5",
  MY_VERTEX_REGION_CLAUDE_4_5_SONNET: "us-east5",
  CLAUDE_CODE_SUBPROCESS_ENV_SCRUB: "1",
};

test.each<[ModelAccess, string[]]>([
  [{ kind: "key", key: "sk-ant-ours" }, []],
  [{ kind: "oauth", token: "oat-ours" }, ["CLAUDE_CODE_OAUTH_TOKEN"]],
  [
    { kind: "bedrock" },
    [
      "ANTHROPIC_BEDROCK_BASE_URL",
      "ANTHROPIC_DEFAULT_HAIKU_MODEL",
      "ANTHROPIC_MODEL",
      "ANTHROPIC_SMALL_FAST_MODEL_AWS_REGION",
      "AWS_ACCESS_KEY_ID",
      "AWS_BEARER_TOKEN_BEDROCK",
      "AWS_DEFAULT_REGION",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SESSION_TOKEN",
      "CLAUDE_CODE_USE_BEDROCK",
    ],
  ],
  [
    { kind: "vertex" },
    [
      "ANTHROPIC_DEFAULT_HAIKU_MODEL",
      "ANTHROPIC_MODEL",
      "ANTHROPIC_VERTEX_BASE_URL",
      "ANTHROPIC_VERTEX_PROJECT_ID",
      "CLAUDE_CODE_USE_VERTEX",
      "CLOUD_ML_REGION",
      "GOOGLE_APPLICATION_CREDENTIALS",
      "VERTEX_REGION_CLAUDE_4_5_SONNET",
    ],
  ],
])("S20: of the job's environment, Claude Code by way of $kind gets these and nothing else", (access, names) => {
  const given = modelEnvironment(access, job);
  expect(Object.keys(given).sort()).toEqual(names);
  expect(given.CLAUDE_CODE_OAUTH_TOKEN).toBe(access.kind === "oauth" ? "oat-ours" : undefined);
});

describe("what the model is paid with", () => {
  const read = (inputs: Partial<Record<InputName, string>>) => (name: InputName) => inputs[name] ?? "";
  const none = { bedrock: false, vertex: false };

  test("is taken from exactly one input", () => {
    const key = { "anthropic-api-key": "sk-ant-ours" };
    expect(readModelAccess(read(key), { use: none, job: {} })).toEqual({ kind: "key", key: "sk-ant-ours" });
    expect(readModelAccess(read({}), { use: { ...none, vertex: true }, job })).toEqual({ kind: "vertex" });
    expect(() => readModelAccess(read(key), { use: { ...none, bedrock: true }, job })).toThrow("give one of");
    expect(() => readModelAccess(read({}), { use: none, job })).toThrow("give it a secret");
  });

  test.each([
    ["bedrock", "AWS_REGION", { CLOUD_ML_REGION: "x" }, "aws-actions/configure-aws-credentials"],
    ["vertex", "CLOUD_ML_REGION", { AWS_REGION: "x", ANTHROPIC_VERTEX_PROJECT_ID: "x" }, "google-github-actions/auth"],
    ["vertex", "ANTHROPIC_VERTEX_PROJECT_ID", { CLOUD_ML_REGION: "x" }, "google-github-actions/auth"],
  ])("with use-%s but without %s is refused at once, saying which step is missing", (kind, name, there, step) => {
    const asked = () => readModelAccess(read({}), { use: { ...none, [kind]: true }, job: there });
    expect(asked).toThrow(`use-${kind}: the job has no ${name}`);
    expect(asked).toThrow(step);
  });
});
