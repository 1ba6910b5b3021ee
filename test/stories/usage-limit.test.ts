import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { usageLimit } from "#test/model/script.ts";

import { until } from "#test/world/until.ts";

import { columnOf } from "../../dashboard/domain/columns.ts";
import { benchHere, worldHere } from "./opened.ts";
import { finished, hasEnded } from "./told.ts";

vi.setConfig({ testTimeout: 120_000 });

/** A home folder with a plan's login, as `claude` leaves one after its login; the stand-in takes the token. */
function loggedIn(folder: string, key: string): string {
  const home = join(folder, "person");
  mkdirSync(join(home, ".claude"), { recursive: true });
  const oauth = {
    accessToken: key,
    refreshToken: "none",
    expiresAt: Date.now() + 86_400_000,
    scopes: ["user:inference", "user:profile"],
    subscriptionType: "max",
  };
  writeFileSync(join(home, ".claude/.credentials.json"), JSON.stringify({ claudeAiOauth: oauth }), { mode: 0o600 });
  writeFileSync(join(home, ".claude.json"), JSON.stringify({ hasCompletedOnboarding: true }));
  return home;
}

test("a usage limit of Claude's login: the task waits and says until when, others of the login are held, those of another are not, and it goes on by itself (F54)", async () => {
  const world = await worldHere({ runner: false });
  const bench = await benchHere(world, { modelKeyFile: null, slots: 1 });
  const { github, repo, model, operator } = world;
  const resetsAt = Math.ceil(Date.now() / 1_000) + 20;
  const change = {
    text: "I go on.",
    tools: [{ name: "Bash", input: { command: "sed -i s/hello/bonjour/ greet.js" } }],
  };
  model.script("default", [usageLimit(resetsAt, 1, change), { text: "The greeting is French now." }]);
  bench.start([], {}, { HOME: loggedIn(world.folder, model.key) });
  const label = (title: string) => {
    const issue = github.as("ada").openIssue(repo, { title, body: "Say bonjour." });
    github.as("ada").label(repo, issue, "claude");
    return issue;
  };
  const limited = label("Greet in French");
  const time = `${new Date(resetsAt * 1_000).toISOString().slice(11, 16)} UTC`;

  const waiting = await world.taskOf(limited, (task) => task.status === "waiting", "the usage limit");
  expect(waiting.reason).toMatchObject({ code: "usage_limit", until: new Date(resetsAt * 1_000).toISOString() });
  expect(waiting.reason?.sentence).toContain(`resumes ${time}`);
  // It ends by itself: nobody is called.
  expect(columnOf(waiting, Date.now())).toBe("queued");
  await until("the issue to say so", () => {
    const body = github.comments(repo, limited)[0]?.body ?? "";
    return body.includes("**Waiting**") && body.includes(time) ? true : null;
  });
  await until("the slot to be free, and not claiming", async () => {
    const { runners } = await operator("listRunners");
    const [one] = runners;
    return one?.busy === 0 && one.notClaiming?.code === "usage_limit" ? true : null;
  });

  const held = label("Greet in German");
  const queued = await world.taskOf(held, (task) => task.reason !== null, "the reason of the other task");
  expect(queued).toMatchObject({ status: "queued", reason: { code: "runner_usage_limit" } });
  await world.startRunner("other-login");
  const taken = await world.taskOf(held, (task) => task.runs[0]?.runner === "other-login", "the other login's claim");
  expect(taken.status).toBe("in_progress");

  const done = await world.taskOf(limited, hasEnded, "the end of the limited task");
  expect(Date.now()).toBeGreaterThan(resetsAt * 1_000 - 1_000);
  expect(done).toMatchObject({ status: "in_review", reason: null });
  expect(done.runs.map(({ runner }) => runner)).toEqual(["bench", "bench"]);
  expect(new Set(done.runs.map(({ sessionId }) => sessionId)).size).toBe(1);
  await finished(world, limited);
  await world.taskOf(held, hasEnded, "the end of the other task");
  expect(github.pulls(repo)).toHaveLength(2);
  expect(github.violations).toEqual([]);
});
