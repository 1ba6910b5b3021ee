import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { until } from "#test/world/until.ts";
import { worldHere } from "./opened.ts";
import { finished, frenchGreeting, hasEnded, stateLabelOf } from "./told.ts";
import { label } from "./website.ts";

test("a failed verification goes back into the same session with what it printed, and is repaired", async () => {
  const world = await worldHere({
    policy: "verify:\n  - node --check greet.js && grep -q bonjour greet.js || { echo 'no bonjour here'; exit 3; }\n",
    scripts: {
      default: [
        { text: "Done.", tools: [{ name: "Bash", input: { command: "echo '// salut' >> greet.js" } }] },
        { text: "Added a greeting." },
        { text: "I see.", tools: [{ name: "Bash", input: { command: "sed -i s/hello/bonjour/ greet.js" } }] },
        { text: "Repaired: it says bonjour." },
      ],
    },
  });
  const { github, repo, model } = world;
  const issue = label(world.github, "Greet in French");
  const task = await world.taskOf(issue, hasEnded, "the end of the run");
  expect(task.status).toBe("in_review");
  await finished(world, issue);
  const sessions = new Set(model.requests.filter((one) => one.kind === "main").map((one) => one.sessionId));
  expect(sessions.size).toBe(1);
  const asked = JSON.stringify(model.requests.findLast((one) => one.kind === "main")?.body);
  expect(asked).toContain("no bonjour here");
  const head = github.pulls(repo)[0]?.headSha ?? "";
  expect(github.checkRuns(repo, head)).toMatchObject([{ conclusion: "success" }]);
  expect(github.violations).toEqual([]);
});

test("a verification that stays red is a failed check run, with the work on the branch", async () => {
  const world = await worldHere({
    policy: "verify:\n  - echo never && exit 1\nverify_rounds: 1\n",
    scripts: { default: [...frenchGreeting, { text: "I cannot mend that." }] },
  });
  const { github, repo } = world;
  const issue = label(world.github, "Greet in French");
  const task = await world.taskOf(issue, hasEnded, "the end of the run");
  expect(task).toMatchObject({ status: "completed", conclusion: "failure", reason: { code: "verify_failed" } });
  await finished(world, issue);
  const [pull] = github.pulls(repo);
  expect(github.checkRuns(repo, pull?.headSha ?? "")).toMatchObject([{ conclusion: "failure" }]);
  expect(await github.fileAt(repo, pull?.headSha ?? "", "greet.js")).toContain("bonjour");
  expect(stateLabelOf(world, issue)).toEqual(["claude:failed"]);
  expect(github.violations).toEqual([]);
});

const wrongKey = { status: 401, type: "authentication_error", message: "invalid x-api-key" };

test.each([
  {
    what: "Claude is not logged in",
    scripts: { default: [{ error: wrongKey }] },
    code: "not_logged_in",
    attempts: 1,
  },
  {
    what: "Claude asks for more turns than it may take",
    policy: "limits: { turns: 1, minutes: 5, usd: 5 }\n",
    scripts: { default: frenchGreeting },
    code: "max_turns",
    attempts: 1,
  },
  {
    what: "Claude changes nothing",
    scripts: { default: [{ text: "There is nothing to do." }] },
    code: "no_changes",
    attempts: 1,
  },
  {
    what: "the set-up commands fail",
    policy: "setup:\n  - echo no such tool; exit 9\n",
    scripts: {},
    code: "setup_failed",
    attempts: 1,
  },
])(
  "$what: a failed check run says so and what to do, and the issue is in a final state",
  async (given) => {
    const world = await worldHere({
      scripts: given.scripts,
      ...(given.policy === undefined ? {} : { policy: given.policy }),
    });
    const { github, repo } = world;
    const issue = label(world.github, "Greet in French");
    const task = await world.taskOf(issue, hasEnded, "the end of the run");
    expect(task).toMatchObject({ status: "completed", conclusion: "failure", reason: { code: given.code } });
    expect(task.runs).toHaveLength(given.attempts);
    await finished(world, issue);
    const [pull] = github.pulls(repo);
    const [check] = github.checkRuns(repo, pull?.headSha ?? "");
    expect(check?.conclusion).toBe(given.code === "max_turns" ? "action_required" : "failure");
    expect(check?.output.summary).toContain("What to do");
    expect(stateLabelOf(world, issue)).toEqual(["claude:failed"]);
    expect(github.violations).toEqual([]);
  },
  60_000,
);

test("out of time, Claude is stopped and its work so far is pushed", async () => {
  const world = await worldHere({
    policy: "limits: { turns: 10, minutes: 0.12, usd: 5 }\n",
    scripts: {
      default: [
        { text: "Start.", tools: [{ name: "Bash", input: { command: "sed -i s/hello/bonjour/ greet.js" } }] },
        { text: "Now I wait.", tools: [{ name: "Bash", input: { command: "sleep 100" } }] },
        { text: "Never said." },
      ],
    },
  });
  const { github, repo } = world;
  const issue = label(world.github, "Greet in French");
  const task = await world.taskOf(issue, hasEnded, "the end of the run");
  expect(task).toMatchObject({ status: "completed", conclusion: "timed_out", reason: { code: "time_limit" } });
  await finished(world, issue);
  const [pull] = github.pulls(repo);
  expect(github.checkRuns(repo, pull?.headSha ?? "")).toMatchObject([{ conclusion: "action_required" }]);
  expect(await github.fileAt(repo, pull?.headSha ?? "", "greet.js")).toContain("bonjour");
  expect(github.violations).toEqual([]);
}, 60_000);

test("a Claude that crashes for good is tried three times and then fails with the reason", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cc-crashing-"));
  const program = join(folder, "claude");
  // The version question is answered, everything else dies as a crash would.
  writeFileSync(program, '#!/bin/sh\n[ "$1" = --version ] && echo "2.1.197 (Claude Code)" && exit 0\nkill -SEGV $$\n');
  chmodSync(program, 0o755);
  try {
    const world = await worldHere({ claude: program });
    const { github, repo } = world;
    const issue = label(world.github, "Greet in French");
    const task = await world.taskOf(issue, (one) => one.status === "completed", "the last attempt", 60_000);
    expect(task).toMatchObject({ conclusion: "failure", reason: { code: "agent_killed" } });
    expect(task.runs).toHaveLength(3);
    await finished(world, issue);
    const comment = await until("the reason on the issue", () => {
      const body = github.comments(repo, issue)[0]?.body ?? "";
      return body.includes("attempt") || body.includes("killed") ? body : null;
    });
    expect(comment).toContain("killed");
    expect(github.violations).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 90_000);
