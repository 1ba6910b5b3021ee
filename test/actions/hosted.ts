/**
 * GitHub with Actions switched on, on this machine: what happens in the repository starts jobs of a workflow, each in a
 * checkout and folders of its own, with a token of its own.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { type GitHubStandIn, openGitHub } from "#test/github/github.ts";
import { type ModelStandIn, openModel } from "#test/model/model.ts";
import type { Script } from "#test/model/script.ts";
import { type Job, startJob } from "./job.ts";
import type { ReadWorkflow } from "./workflow.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The token of a job, as the examples in docs/action.md ask for it. */
export const usualPermissions: Record<string, string> = {
  contents: "write",
  issues: "write",
  pull_requests: "write",
  checks: "write",
  statuses: "read",
  actions: "read",
};

/** Builds the Action into a folder of its own. @returns the folder, and how to remove it */
export function buildAction(): { bundle: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "cco-bundle-"));
  execFileSync(process.execPath, [join(root, "scripts/build.mjs"), folder, "action"], { stdio: "ignore" });
  return { bundle: join(folder, "action"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export type HostedJob = Job & { event: string };

export type Hosted = {
  github: GitHubStandIn;
  model: ModelStandIn;
  repo: string;
  repositoryId: number;
  /** The bare repository itself. */
  gitDir: string;
  /** All so far, in the order in which they were started. */
  jobs: HostedJob[];
  /** Starts a job by hand, as for `workflow_dispatch` or `schedule`, or for an event that the test made up. */
  start(event: string, payload?: Record<string, unknown>, of?: { with?: Record<string, string> }): Promise<HostedJob>;
  /** From now on jobs get these inputs, besides those that all have. */
  use(inputs: Record<string, string>): void;
  /** Refs of ours in the repository, beside the branches. */
  refs(): string[];
  close(): Promise<void>;
};

export async function openHosted(of: {
  bundle: string;
  scripts?: Readonly<Record<string, Script>>;
  policy?: string;
  files?: Record<string, string>;
  /** The events that the workflow is for, as `issues.labeled`, or `issues` for all of them. */
  on?: readonly string[];
  with?: Record<string, string>;
  /** What a step before ours has put into the job's environment, to log in at a cloud: then there is no key. */
  env?: () => Record<string, string>;
  permissions?: Record<string, string>;
  private?: boolean;
  /** A workflow file, which says all of that by itself. */
  workflow?: ReadWorkflow;
}): Promise<Hosted> {
  const folder = mkdtempSync(join(tmpdir(), "cco-hosted-"));
  mkdirSync(join(folder, "git"));
  const contexts = () => ({
    secrets: { ANTHROPIC_API_KEY: model.key, CLAUDE_APP_KEY: github.app.privateKey, CLAUDE_STATE_KEY: "state of jobs" },
    vars: { CLAUDE_APP_ID: github.app.id, GOOGLE_PROJECT: "acme-1" },
  });
  const isOwnApp = "app-id" in (of.workflow?.inputs({ vars: {}, secrets: {} }) ?? {});
  // The token of a workflow is one of GitHub's own App.
  const slug = isOwnApp ? "claude-app" : "github-actions";
  const github = await openGitHub({ folder: join(folder, "git"), app: { slug } });
  const model = await openModel(of.scripts === undefined ? {} : { scripts: of.scripts });
  const repository = await github.createRepository({
    owner: "acme",
    name: "website",
    private: of.private ?? true,
    files: {
      "README.md": "# Website\n",
      "greet.js": "export const greet = () => 'hello';\n",
      ...(of.policy === undefined ? {} : { ".github/cc-orchestrator.yml": of.policy }),
      ...of.files,
    },
    collaborators: { ada: "write", eve: "read" },
    labels: { claude: "5319e7" },
  });
  const app = new Octokit({
    baseUrl: github.apiUrl,
    authStrategy: createAppAuth,
    auth: { appId: github.app.id, privateKey: github.app.privateKey },
  });
  const gitDir = join(folder, "git", "acme", "website.git");
  // No other test's jobs have the same.
  const firstRun = Math.floor(Math.random() * 1e9);
  let more: Record<string, string> = {};
  const jobs: HostedJob[] = [];
  const on = new Set(
    of.on ?? of.workflow?.on ?? ["issues.labeled", "issue_comment.created", "pull_request_review.submitted"],
  );

  async function tokenOfJob(): Promise<string> {
    // What a job may have signed about itself is not the API's.
    const { id_token: _, ...permissions } = of.permissions ?? of.workflow?.permissions ?? usualPermissions;
    const { data } = await app.rest.apps.createInstallationAccessToken({
      installation_id: repository.installationId ?? 0,
      repository_ids: [repository.id],
      permissions,
    });
    return data.token;
  }

  const start: Hosted["start"] = async (event, payload = {}, given = {}) => {
    const path = join(folder, `event-${jobs.length + 1}-${Math.random().toString(36).slice(2)}.json`);
    writeFileSync(path, JSON.stringify(payload));
    const job = startJob({
      bundle: of.bundle,
      with: {
        "github-token": await tokenOfJob(),
        ...(of.env === undefined ? { "anthropic-api-key": model.key, "anthropic-base-url": model.url } : {}),
        claude: join(root, "node_modules/.bin/claude"),
        ...of.workflow?.inputs(contexts()),
        ...of.with,
        ...more,
        ...given.with,
      },
      env: {
        GITHUB_API_URL: github.apiUrl,
        GITHUB_SERVER_URL: github.url,
        GITHUB_REPOSITORY: repository.fullName,
        GITHUB_EVENT_NAME: event,
        GITHUB_EVENT_PATH: path,
        GITHUB_RUN_ID: String(firstRun + jobs.length),
        GITHUB_RUN_ATTEMPT: "1",
        GITHUB_ACTOR: "ada",
        ...of.workflow?.env(contexts()),
        ...of.env?.(),
      },
    });
    const hosted = { ...job, event };
    jobs.push(hosted);
    return hosted;
  };

  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.writeHead(202).end();
      const payload = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Record<string, unknown>;
      const event = String(request.headers["x-github-event"]);
      const sender = payload.sender as { login?: string } | undefined;
      // What the token of a workflow does starts no workflow.
      if (sender?.login === "github-actions[bot]") return;
      if (!on.has(event) && !on.has(`${event}.${String(payload.action)}`)) return;
      const { installation: _, ...told } = payload;
      if (of.workflow?.isFor(event, told) === false) return;
      void start(event, told);
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  github.connectWebhook(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`);

  return {
    github,
    model,
    repo: repository.fullName,
    repositoryId: repository.id,
    gitDir,
    jobs,
    start,
    use(inputs) {
      more = inputs;
    },
    refs: () =>
      execFileSync("git", ["for-each-ref", "--format=%(refname)", "refs/cc-orchestrator"], {
        cwd: gitDir,
        encoding: "utf8",
      })
        .split("\n")
        .filter(Boolean),
    async close() {
      await github.idle();
      await Promise.all(jobs.map((job) => job.result));
      await Promise.all(jobs.map((job) => job.result));
      receiver.closeAllConnections();
      await new Promise<void>((resolve) => receiver.close(() => resolve()));
      await github.close();
      await model.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The next job of that event after so many. */
export const jobOf =
  (hosted: Hosted, event: string, index = 0) =>
  () =>
    hosted.jobs.filter((job) => job.event === event)[index] ?? null;
