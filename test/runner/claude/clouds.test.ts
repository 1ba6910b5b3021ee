import { afterEach, beforeEach, expect, test } from "vitest";
import { modelEnvironment } from "#action/model-access.ts";
import { type CloudStandIn, openClouds } from "#test/model/clouds.ts";
import { type ModelStandIn, openModel } from "#test/model/model.ts";
import { openWorld } from "./instance.ts";

let model: ModelStandIn;
let clouds: CloudStandIn;
beforeEach(async () => {
  const look = { name: "Bash", input: { command: "true" } };
  model = await openModel({ scripts: { default: [{ text: "I look.", tools: [look] }, { text: "Said in a cloud." }] } });
  clouds = await openClouds(model);
});
afterEach(async () => {
  await clouds.close();
  await model.close();
});

const aws = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret-of-the-cloud",
  AWS_SESSION_TOKEN: "session-of-the-cloud",
};
test.each([
  {
    what: "Vertex, whose login somebody else sees to",
    kind: "vertex" as const,
    job: () => ({
      CLOUD_ML_REGION: "europe-west1",
      ANTHROPIC_VERTEX_PROJECT_ID: "acme-1",
      ANTHROPIC_VERTEX_BASE_URL: `${clouds.url}/v1`,
      CLAUDE_CODE_SKIP_VERTEX_AUTH: "1",
    }),
    model: "claude-sonnet-4-5@20250929",
    path: "/v1/projects/acme-1/locations/europe-west1/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict",
    authorization: null,
  },
  {
    what: "Bedrock, with the keys of a role",
    kind: "bedrock" as const,
    job: () => ({ ...aws, ANTHROPIC_BEDROCK_BASE_URL: clouds.url }),
    model: "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
    path: "/model/eu.anthropic.claude-sonnet-4-5-20250929-v1:0/invoke-with-response-stream",
    authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d+\/eu-central-1\/bedrock\//),
  },
  {
    what: "Bedrock, with a key of its own",
    kind: "bedrock" as const,
    job: () => ({
      AWS_REGION: "us-east-1",
      AWS_BEARER_TOKEN_BEDROCK: "bedrock-key",
      ANTHROPIC_BEDROCK_BASE_URL: clouds.url,
    }),
    model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    path: "/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0/invoke-with-response-stream",
    authorization: "Bearer bedrock-key",
  },
  {
    what: "Bedrock, whose login somebody else sees to",
    kind: "bedrock" as const,
    job: () => ({
      AWS_REGION: "us-east-1",
      CLAUDE_CODE_SKIP_BEDROCK_AUTH: "1",
      ANTHROPIC_BEDROCK_BASE_URL: clouds.url,
    }),
    model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    path: "/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0/invoke-with-response-stream",
    authorization: null,
  },
])("Claude Code works by way of $what", async ({ kind, job, ...of }) => {
  const world = await openWorld(model);
  try {
    const variables = modelEnvironment({ kind }, job());
    const instance = await world.start({ login: { kind: "environment", variables }, model: of.model });
    const { turn, exit } = await instance.turn("Speak.");
    expect([turn?.text, turn?.numTurns, exit.code], instance.stderr()).toEqual(["Said in a cloud.", 2, 0]);
    const { path, authorization } = of;
    const turns = clouds.asked.filter((one) => one.path === path);
    expect(turns).toHaveLength(2);
    expect(turns[0]).toMatchObject({ cloud: kind, model: of.model, authorization });
    expect(turns[0]?.version).toMatch(new RegExp(`^${kind}-\\d{4}-\\d\\d-\\d\\d$`));
  } finally {
    await world.close();
  }
});
