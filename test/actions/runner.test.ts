import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { inputNames } from "#action/input-names.ts";
import { outputNames } from "#action/report.ts";
import type { Conversation } from "#test/model/conversation.ts";
import type { Message } from "#test/model/script.ts";
import { until } from "#test/world/until.ts";
import { openWorld, type World } from "#test/world/world.ts";
import { besidesMasks, startJob } from "./job.ts";
import { readMetadata } from "./metadata.ts";
import { type Issuer, openIssuer } from "./oidc.ts";
import { readWorkflow } from "./workflow.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const claude = join(root, "node_modules/.bin/claude");
/** "Greet" changes a file and ends; "Wait" never comes to an end by itself. */
const scripts = {
  default: [
    ({ prompt }: Conversation): Message => ({
      text: "I change it.",
      tools: [
        {
          name: "Bash",
          input: { command: `sed -i s/hello/bonjour/ greet.js${prompt.includes("Wait") ? "; sleep 600" : ""}` },
        },
      ],
    }),
    { text: "The greeting is French now." },
  ],
};
const policy = "actions: { workflow: claude.yml }\nruns_on: [actions]\n";

let bundles: string;
beforeAll(() => {
  bundles = mkdtempSync(join(tmpdir(), "cco-bundle-"));
  execFileSync(process.execPath, [join(root, "scripts/build.mjs"), bundles, "action"], { stdio: "ignore" });
});
afterAll(() => rmSync(bundles, { recursive: true, force: true }));

test("action.yml names the inputs and outputs of the code, no more and no less", () => {
  const { inputs, outputs } = readMetadata();
  expect(Object.keys(inputs)).toEqual([...inputNames]);
  expect(Object.keys(outputs)).toEqual([...outputNames]);
});

test("the version of Claude Code that the Action installs is the one that is tested here", () => {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { devDependencies: object };
  const pinned = manifest.devDependencies as Record<string, string>;
  expect(readMetadata().inputs["claude-version"]?.default).toBe(pinned["@anthropic-ai/claude-code"]);
});

describe("a job of GitHub Actions for a control plane", () => {
  let tokens: Issuer;
  let world: World;
  let issue: number;
  beforeEach(async () => {
    tokens = await openIssuer();
    world = await openWorld({ runner: false, policy, actionsIssuer: tokens.issuer, scripts });
    issue = world.github.as("ada").openIssue(world.repo, { title: "Greet in French", body: "Say bonjour." });
    world.github.as("ada").label(world.repo, issue, "claude");
  });
  afterEach(async () => {
    await world.close();
    await tokens.close();
  });

  /** What GitHub signs about a job of the workflow on the default branch. */
  const claims = (more: Record<string, string> = {}) => ({
    repository_id: String(world.repositoryId),
    workflow_ref: `${world.repo}/.github/workflows/claude.yml@refs/heads/main`,
    ref: "refs/heads/main",
    run_id: "4242",
    run_attempt: "1",
    ...more,
  });
  const queued = async () => (await world.taskOf(issue, (task) => task.status === "queued", "the queued task")).runs[0];
  const inputs = (run: number, more: Record<string, string> = {}) => ({
    server: world.server.url,
    run: String(run),
    "anthropic-api-key": world.model.key,
    "anthropic-base-url": world.model.url,
    claude,
    ...more,
  });
  const start = async (env: Record<string, string>, more: Record<string, string> = {}) =>
    startJob({ bundle: join(bundles, "action"), with: inputs((await queued())?.id ?? 0, more), env });

  test("carries out its run and no other, and tells the workflow what came of it", async () => {
    const other = world.github.as("ada").openIssue(world.repo, { title: "Another", body: "Later." });
    world.github.as("ada").label(world.repo, other, "claude");
    const job = await start(tokens.environment(claims()));
    const { code, outputs, summary, annotations, log, printed } = await job.result;
    expect([code, annotations.map(({ kind }) => kind)], log).toEqual([0, ["notice"]]);
    const task = await world.taskOf(issue, (one) => one.pullRequest !== null, "the pull request");
    expect(outputs).toMatchObject({ task: task.name, conclusion: "success", branch: task.branch });
    expect(summary).toContain("Greet in French");
    expect(task.runs[0]?.runner).toMatch(/^actions-4242-1-/);
    const { tasks } = await world.operator("listTasks", {});
    expect(tasks.find((one) => one.issue?.number === other)?.status).toBe("queued");
    // Secrets are named to GitHub once each, to be masked, and nowhere else.
    expect(printed).toContain(`::add-mask::${world.model.key}`);
    expect(besidesMasks(printed)).not.toContain(world.model.key);
    const { runners } = await world.operator("listRunners");
    expect(runners.map(({ state }) => state).filter((state) => state === "online")).toEqual([]);
    expect(world.github.violations).toEqual([]);
  });

  test("is what the documented workflow starts, with the inputs that it writes", async () => {
    const file = join(root, ".github/workflows/examples/for-a-control-plane.yml");
    const workflow = readWorkflow(readFileSync(file, "utf8"));
    expect([workflow.on, workflow.permissions]).toEqual([["workflow_dispatch"], { id_token: "write" }]);
    const run = String((await queued())?.id ?? 0);
    const written = workflow.inputs({ inputs: { run }, secrets: { ANTHROPIC_API_KEY: world.model.key } });
    expect(written).toEqual({ server: "https://claude.example.com", run, "anthropic-api-key": world.model.key });
    const here = { server: world.server.url, "anthropic-base-url": world.model.url, claude };
    const job = startJob({
      bundle: join(bundles, "action"),
      with: { ...written, ...here },
      env: tokens.environment(claims()),
    });
    const { code, outputs, log } = await job.result;
    expect([code, outputs.conclusion], log).toEqual([0, "success"]);
  });

  test("that is cancelled saves its work and reports the end", async () => {
    issue = world.github.as("ada").openIssue(world.repo, { title: "Wait for it", body: "And then?" });
    world.github.as("ada").label(world.repo, issue, "claude");
    const job = await start(tokens.environment(claims()), {});
    await world.taskOf(issue, (task) => task.runs[0]?.progress?.activity?.includes("sleep") === true, "Claude at work");
    job.child.kill("SIGINT");
    const { log, annotations } = await job.result;
    expect(annotations.map(({ text }) => text).join("\n"), log).toContain("being cancelled");
    await until("another runner's turn", async () => {
      const task = await world.taskOf(issue, () => true, "the task");
      return task.status === "queued" || task.status === "in_review" ? true : null;
    });
  });

  test("comes too late: somebody else has the run, and the job says so and ends well", async () => {
    const run = (await queued())?.id ?? 0;
    world.github.as("ada").unlabel(world.repo, issue, "claude");
    await world.taskOf(issue, (task) => task.status === "completed", "the end");
    const job = startJob({ bundle: join(bundles, "action"), with: inputs(run), env: tokens.environment(claims()) });
    const { code, outputs, annotations } = await job.result;
    expect([code, outputs.conclusion, annotations[0]?.kind]).toEqual([0, "skipped", "notice"]);
  });

  test.each([
    ["without an identity token", () => ({}), {}, "id-token: write"],
    ["of another repository", () => tokens.environment(claims({ repository_id: "1" })), {}, "another repository"],
    [
      "of a workflow that a branch brought along",
      () =>
        tokens.environment(
          claims({ workflow_ref: `${world.repo}/.github/workflows/evil.yml@refs/heads/evil`, ref: "refs/heads/evil" }),
        ),
      {},
      "the policy names",
    ],
    ["with a token that is over", () => tokens.environment(claims(), { expiresIn: "-1m" }), {}, "token"],
    ["with a server that is away", () => tokens.environment(claims()), { server: "http://127.0.0.1:9" }, "127.0.0.1:9"],
    [
      "with a server in the clear",
      () => tokens.environment(claims()),
      { server: "http://claude.example.com" },
      "server:",
    ],
    ["without a key", () => tokens.environment(claims()), { "anthropic-api-key": "" }, "anthropic-api-key:"],
    ["for a run that there is not", () => tokens.environment(claims()), { run: "99999" }, "no run 99999"],
    [
      "with a program that there is not",
      () => tokens.environment(claims()),
      { claude: "/nowhere/claude" },
      "/nowhere/claude",
    ],
  ])("%s ends with one clear annotation, and the run stays in the queue", async (_what, env, more, said) => {
    const job = await start(env(), more);
    const { code, annotations, log } = await job.result;
    expect([code, annotations.map(({ kind }) => kind)], log).toEqual([1, ["error"]]);
    expect(annotations[0]?.text).toContain(said);
    expect((await queued())?.status).toBe("queued");
  });

  test("a token that is forged, expired or for somebody else is refused; one of a new key is good", async () => {
    const run = (await queued())?.id ?? 0;
    const register = async (token: string) => {
      const response = await fetch(`${world.server.url}/api/runners/register-job`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ token, run, version: "test", sandbox: "none" }),
      });
      return response.status;
    };
    const audience = world.server.url;
    expect(await register(await tokens.sign(claims(), { audience, foreignKey: true }))).toBe(401);
    expect(await register(await tokens.sign(claims(), { audience, expiresIn: "-1m" }))).toBe(401);
    expect(await register(await tokens.sign(claims(), { audience: "https://elsewhere.test" }))).toBe(401);
    expect(await register("not.a.token.at.all.of.any.kind")).toBe(401);
    await tokens.rotate();
    const renewed = await tokens.sign(claims(), { audience });
    await until("the new key to be known", async () => ((await register(renewed)) === 200 ? true : null));
  });
});
