import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type CloudStandIn, openClouds } from "#test/model/clouds.ts";
import { type ModelStandIn, openModel } from "#test/model/model.ts";
import { until } from "#test/world/until.ts";
import { buildAction, type Hosted, jobOf, openHosted } from "./hosted.ts";
import { readWorkflow } from "./workflow.ts";

const folder = fileURLToPath(new URL("../../.github/workflows/examples", import.meta.url));
const look = "env | grep -c -e GITHUB_TOKEN -e ACTIONS_ID_TOKEN -e INPUT_ > seen.txt; sed -i s/hello/bonjour/ greet.js";

let built: ReturnType<typeof buildAction>;
let model: ModelStandIn;
let clouds: CloudStandIn;
let hosted: Hosted;
beforeAll(() => {
  built = buildAction();
});
afterAll(() => built.remove());
beforeEach(async () => {
  model = await openModel({
    scripts: {
      default: [
        { text: "I look.", tools: [{ name: "Bash", input: { command: look } }] },
        { text: "The greeting is French now." },
        { text: "I mend it.", tools: [{ name: "Bash", input: { command: "echo '// mended' >> greet.js" } }] },
        { text: "It is mended." },
      ],
    },
  });
  clouds = await openClouds(model);
});
afterEach(async () => {
  await hosted.close();
  await clouds.close();
  await model.close();
});

test.each([
  {
    name: "with-bedrock.yml",
    env: () => ({
      AWS_REGION: "eu-central-1",
      AWS_DEFAULT_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "ASIAEXAMPLEEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "the-secret-access-key-of-the-role",
      AWS_SESSION_TOKEN: "the-session-token-of-the-role",
      ANTHROPIC_BEDROCK_BASE_URL: clouds.url,
    }),
    path: "/model/eu.anthropic.claude-sonnet-4-5-20250929-v1:0/invoke-with-response-stream",
  },
  {
    name: "with-vertex.yml",
    env: () => ({ CLAUDE_CODE_SKIP_VERTEX_AUTH: "1", ANTHROPIC_VERTEX_BASE_URL: `${clouds.url}/v1` }),
    path: "/v1/projects/acme-1/locations/europe-west1/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict",
  },
])("the workflow $name works by way of its cloud, and goes on with the conversation", async ({ name, env, path }) => {
  const workflow = readWorkflow(readFileSync(join(folder, name), "utf8"));
  hosted = await openHosted({ bundle: built.bundle, workflow, env });
  const ada = hosted.github.as("ada");
  ada.label(hosted.repo, ada.openIssue(hosted.repo, { title: "Greet in French", body: "Say bonjour." }), "claude");
  const first = await (await until("a job", jobOf(hosted, "issues"))).result;
  expect([first.code, first.outputs.conclusion], first.log).toEqual([0, "success"]);
  expect(clouds.asked.map((one) => one.path)).toContain(path);
  expect(hosted.model.requests).toEqual([]);
  const seen = ["show", `${first.outputs.branch}:seen.txt`];
  expect(execFileSync("git", seen, { cwd: hosted.gitDir, encoding: "utf8" }).trim()).toBe("0");
  await ada.review(hosted.repo, hosted.github.pulls(hosted.repo)[0]?.number ?? 0, {
    event: "REQUEST_CHANGES",
    body: "Say why.",
  });
  const second = await (await until("a job", jobOf(hosted, "pull_request_review"))).result;
  expect([second.code, second.outputs["session-id"]], second.log).toEqual([0, first.outputs["session-id"]]);
  for (const { printed } of [first, second])
    expect(printed).not.toMatch(/the-(secret-access-key|session-token)-of-the-role/);
});
