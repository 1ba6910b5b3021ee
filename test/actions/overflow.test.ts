import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/world/until.ts";
import { openWorld, type World } from "#test/world/world.ts";
import { type Job, startJob } from "./job.ts";
import { openIssuer } from "./oidc.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const workflow = ".github/workflows/claude.yml";

let bundles: string;
beforeAll(() => {
  bundles = mkdtempSync(join(tmpdir(), "cco-bundle-"));
  execFileSync(process.execPath, [join(root, "scripts/build.mjs"), bundles, "action"], { stdio: "ignore" });
});
afterAll(() => rmSync(bundles, { recursive: true, force: true }));

/** GitHub runs so many jobs of an account at a time; here it is what two cores carry. */
const mostJobs = 3;

async function openFleet(policy: string, of: { runner: boolean; slots?: number }) {
  const issuer = await openIssuer();
  const world = await openWorld({
    ...of,
    policy,
    actionsIssuer: issuer.issuer,
    files: { [workflow]: "on: { workflow_dispatch: { inputs: { run: { required: true } } } }\n" },
  });
  const jobs: Job[] = [];
  let atWork = 0;
  /** Starts a job for each workflow run that was asked for, as GitHub would: so many at a time, the others wait. */
  const play = () => {
    for (const dispatch of world.github.dispatches(world.repo).slice(jobs.length)) {
      if (atWork >= mostJobs) return;
      const claims = {
        repository_id: String(world.repositoryId),
        workflow_ref: `${world.repo}/${workflow}@refs/heads/main`,
        ref: "refs/heads/main",
        run_id: String(dispatch.runId),
        run_attempt: "1",
      };
      const inputs = {
        server: world.server.url,
        run: String(dispatch.inputs.run),
        "anthropic-api-key": world.model.key,
        "anthropic-base-url": world.model.url,
        claude: join(root, "node_modules/.bin/claude"),
      };
      const job = startJob({ bundle: join(bundles, "action"), with: inputs, env: issuer.environment(claims) });
      atWork += 1;
      void job.result.then(() => {
        atWork -= 1;
      });
      jobs.push(job);
    }
  };
  return { world, jobs, play, issuer };
}

function label(world: World, title: string): number {
  const issue = world.github.as("ada").openIssue(world.repo, { title, body: "Say bonjour." });
  world.github.as("ada").label(world.repo, issue, "claude");
  return issue;
}

test("a runner that is full gets help from GitHub Actions: every issue has its pull request, none has two", async () => {
  const policy = `actions: { workflow: claude.yml, after_minutes: 0 }\n`;
  const { world, jobs, play, issuer } = await openFleet(policy, { runner: true, slots: 1 });
  try {
    const issues = ["One", "Two", "Three"].map((title) => label(world, title));
    await until(
      "three pull requests",
      () => {
        play();
        return world.github.pulls(world.repo).length === issues.length ? true : null;
      },
      110_000,
    );
    const results = await Promise.all(jobs.map((job) => job.result));
    expect(results.map(({ code }) => code)).toEqual(jobs.map(() => 0));
    for (const issue of issues)
      await world.taskOf(issue, (task) => task.status === "in_review", `the end of #${issue}`);
    const { tasks } = await world.operator("listTasks", {});
    const byJob = tasks.filter((task) => task.runs[0]?.runner?.startsWith("actions-"));
    expect(byJob.length).toBeGreaterThan(0);
    expect(tasks.map((task) => task.runs.length)).toEqual([1, 1, 1]);
    expect(world.github.violations).toEqual([]);
  } finally {
    await Promise.all(jobs.map((job) => job.result));
    await world.close();
    await issuer.close();
  }
});

/** How many issues: fewer where somebody only wants to see it. */
const fleet = Number(process.env.FLEET ?? 40);

test("forty issues for two runners of one slot each: jobs take what these have no room for, and nothing is doubled or lost", {
  timeout: 30 * 60_000,
}, async () => {
  const policy = "actions: { workflow: claude.yml, after_minutes: 0 }\n";
  const { world, jobs, play, issuer } = await openFleet(policy, { runner: true, slots: 1 });
  try {
    await world.startRunner("runner-2");
    const titles = Array.from({ length: fleet }, (_, index) => `Greet in language ${index + 1}`);
    const issues = titles.map((title) => label(world, title));
    const looking = setInterval(play, 500);
    await until(
      "all of them in review",
      async () => {
        const { tasks } = await world.operator("listTasks", {});
        return tasks.filter((task) => task.status === "in_review").length === issues.length ? true : null;
      },
      28 * 60_000,
    ).finally(() => clearInterval(looking));
    const { tasks } = await world.operator("listTasks", {});
    const takers = tasks.map((task) => task.runs.map(({ runner }) => runner ?? ""));
    expect(takers.map((runs) => runs.length)).toEqual(issues.map(() => 1));
    expect(takers.filter(([runner]) => runner?.startsWith("actions-")).length).toBeGreaterThan(0);
    expect(takers.filter(([runner]) => runner?.startsWith("runner-")).length).toBeGreaterThan(0);
    expect(world.github.pulls(world.repo)).toHaveLength(issues.length);
    for (const issue of issues)
      expect(world.github.comments(world.repo, issue).filter(({ author }) => author.endsWith("[bot]"))).toHaveLength(1);
    expect((await Promise.all(jobs.map((job) => job.result))).map(({ code }) => code)).toEqual(jobs.map(() => 0));
    expect(world.github.violations).toEqual([]);
  } finally {
    await Promise.all(jobs.map((job) => job.result));
    await world.close();
    await issuer.close();
  }
});

test("a job that was asked for is stopped when its task is", async () => {
  const { world, issuer } = await openFleet("actions: { workflow: claude.yml }\nruns_on: [actions]\n", {
    runner: false,
  });
  try {
    const issue = label(world, "Greet in French");
    const [asked] = await until("the job", () => {
      const all = world.github.dispatches(world.repo);
      return all.length > 0 ? all : null;
    });
    world.github.as("ada").unlabel(world.repo, issue, "claude");
    await until("its end", () => (world.github.dispatches(world.repo)[0]?.isCancelled ? true : null));
    expect(asked?.workflow).toBe("claude.yml");
    expect(world.github.dispatches(world.repo)).toHaveLength(1);
    expect(world.github.violations).toEqual([]);
  } finally {
    await world.close();
    await issuer.close();
  }
});
