import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Client, openClient } from "#protocol/client.ts";
import { type GitHubStandIn, openGitHub } from "#test/github/github.ts";
import { until } from "#test/world/until.ts";
import { type Actor, insist, openActor } from "./points/actor.ts";
import { type Act, acts, ends, type Part, policy, repo, type Stage, shownOf } from "./points/acts.ts";
import { namedSteps } from "./points/named-steps.ts";
import { openServerLives, type ServerLife, type ServerLives, type Wanted } from "./points/server-life.ts";
import { elsewhere, steps, stepsOfTime } from "./points/steps.ts";

let folder: string;
let github: GitHubStandIn;
let lives: ServerLives;
let port: number;
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cc-points-"));
  mkdirSync(join(folder, "git"));
  github = await openGitHub({ folder: join(folder, "git") });
  await github.createRepository({
    owner: "acme",
    name: "website",
    private: true,
    files: { "README.md": "# Website\n", ".github/cc-orchestrator.yml": policy },
    collaborators: { ada: "write", tim: "triage" },
    labels: { claude: "5319e7" },
  });
  port = await freePort();
  lives = openServerLives(folder, github, port);
  github.connectWebhook(`http://127.0.0.1:${port}/api/github/webhooks`);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await lives.close();
  await github.close();
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

const url = () => `http://127.0.0.1:${port}`;

function operatorOnce(): Client {
  return openClient(url(), readFileSync(join(lives.home, "operator.token"), "utf8").trim());
}

/** Calls it as its operator until it answers; a refusal is an answer. */
function operator(signal: AbortSignal): Client {
  const call = operatorOnce();
  return (async (name: never, given: never) => insist(signal, () => call(name, given))) as Client;
}

async function register(): Promise<string> {
  const { token } = await operatorOnce()("createRunnerToken");
  const body = { token, name: "box", labels: [], slots: 8, version: "t", sandbox: "none" as const, repositories: [] };
  return (await openClient(url(), null)("register", { body })).credential;
}

test("killed right before and right after each of its durable steps, the control plane ends up as if nothing had happened (F01, F07, F22, I1–I5, I8)", async () => {
  const over = new AbortController();
  closing.push(() => over.abort());
  let life = await lives.start([]);
  const credential = await register();
  life?.kill("SIGKILL");
  await life?.ended;
  let begun = 1;
  const actor = openActor({ url: url(), credential, github, repo });
  closing.push(() => actor.close());
  const stage: Stage = {
    github,
    issues: new Map(),
    operator: operator(over.signal),
    once: (name, given) => operatorOnce()(name, given).catch(() => null),
    lives: () => begun,
    isUp: () => life !== null && life.end() === null,
  };
  const play = playing(stage);
  closing.push(() => play.close());

  const unmet = () => {
    const met = new Set(lives.met().map(({ step, when }) => `${when} ${step}`));
    return steps
      .flatMap((step): Wanted[] => [
        { step, when: "before" },
        { step, when: "after" },
      ])
      .filter(({ step, when }) => when === "after" || !step.startsWith("answer "))
      .filter(({ step, when }) => !met.has(`${when} ${step}`));
  };
  const ages: number[] = [];
  for (;;) {
    const before = lives.met().length;
    life = await lives.start(unmet());
    begun += 1;
    await untilDead(life, () => unmet().length === 0 && play.isOver() && isShown(stage));
    ages.push(life?.age() ?? 0);
    if (lives.met().length === before) break;
  }
  expect(unmet(), `after ${begun} lives, ${play.left().join("; ")}`).toEqual([]);
  expect(Math.max(...ages), "convergence after a restart, in ms").toBeLessThan(10_000);
  await expectTruth(stage, actor);
  const known = new Set([...steps, ...stepsOfTime, ...Object.keys(elsewhere)]);
  const unknown = [...lives.seen()].filter((step) => !step.startsWith("answer ") && !known.has(step));
  expect(unknown, "steps that the table does not name").toEqual([]);
}, 400_000);

const minute = 60_000;
const sweep = "transaction expire-leases.ts expireLeases";

test("killed right before and after each step that only time brings about, it calls a silent runner silent, then lost, and starts over once (F01, F12, I2, I10)", async () => {
  let life = await lives.start([]);
  const credential = await register();
  const issue = github.as("ada").openIssue(repo, { title: "Greet in French", body: "Say bonjour." });
  github.as("ada").label(repo, issue, "claude");
  // Claims, and is never heard from again.
  const silent = openClient(url(), credential);
  const claiming = async () => (await silent("claim", { body: { freeSlots: 1, waitSeconds: 1 } })).offer;
  const first = await until("a claim", claiming);
  const shown = () => github.comments(repo, issue)[0]?.body ?? "";
  await until("its comment", () => (shown().includes("TASK-1") ? true : null));

  const parts: { step: string; orders: Parameters<ServerLife["tell"]>[0][]; shows: string | null }[] = [
    { step: "transaction bring-forward.ts bringForward", orders: [], shows: null },
    { step: "transaction expire-leases.ts shiftLeases", orders: [`set ${60 * minute}`], shows: null },
    { step: sweep, orders: [`pass ${61_000}`], shows: "has not been heard" },
    { step: sweep, orders: [`pass ${61_000}`, `pass ${11 * minute}`], shows: null },
    { step: "transaction wake-queue.ts wakeQueue", orders: [], shows: null },
  ];
  for (const { step, orders, shows } of parts) {
    for (const when of ["before", "after"] as const) {
      life?.kill("SIGKILL");
      await life?.ended;
      life = await lives.start([{ step, when }]);
      for (const order of orders) life?.tell(order);
      life?.tell("look");
      const end = await Promise.race([life?.ended ?? "SIGKILL", pause(8_000, "it lives on")]);
      expect(end, `${when} ${step}`).toBe("SIGKILL");
    }
    life = await lives.start([]);
    const swept = lives.passed(sweep);
    life?.tell("look");
    await until("a sweep", () => (lives.passed(sweep) >= swept + 2 ? true : null), 10_000);
    if (shows !== null) await until(shows, () => (shown().includes(shows) ? true : null), 10_000);
  }
  // The old one's word counts no more, and somebody else starts over.
  await expect(
    silent("credential", { params: { run: first.runId }, body: { epoch: first.epoch, access: "write" } }),
  ).rejects.toMatchObject({ problem: { status: 409 } });
  const actor = openActor({ url: url(), credential: await register(), github, repo });
  closing.push(() => actor.close());
  await until("the end", () => (github.issue(repo, issue).labels.includes("claude:in-review") ? true : null), 10_000);
  const { tasks } = await operatorOnce()("listTasks", {});
  expect(tasks[0]?.runs.map(({ conclusion }) => conclusion)).toEqual(["lost", "success"]);
  expect(github.pulls(repo)).toHaveLength(1);
  expect(github.violations).toEqual([]);
}, 120_000);

test("the table names every transaction of the control plane and every call that changes something at GitHub", () => {
  const named = new Set([...steps, ...stepsOfTime, ...Object.keys(elsewhere)].map(withoutKind));
  const there = namedSteps();
  // A search that finds nothing would agree to everything.
  expect(there.length).toBeGreaterThan(50);
  expect(
    there.filter((step) => !named.has(step)),
    "name new steps in test/stories/points/steps.ts, and have the story pass them",
  ).toEqual([]);
  expect([...named].filter((step) => !step.startsWith("answer ") && !there.includes(step))).toEqual([]);
});

/** A report's kind is no part of where its transaction stands. */
function withoutKind(step: string): string {
  return step.replace(/(applyReports) \w+$/, "$1");
}

async function untilDead(life: ServerLife | null, isOver: () => boolean): Promise<void> {
  if (life === null) return;
  let lookedAt = 0;
  while (life.end() === null && life.age() < 30_000 && !isOver()) {
    await Promise.race([life.ended, pause(50)]);
    if (life.age() - lookedAt > 700) {
      life.tell("look");
      lookedAt = life.age();
    }
  }
}

/** Does what people do as soon as it can be done. */
function playing(stage: Stage) {
  const waiting: Act[] = [...acts];
  const stopping = new AbortController();
  const loop = (async () => {
    while (waiting.length > 0 && !stopping.signal.aborted) {
      for (const act of [...waiting]) {
        if (act.can?.(stage) === false) continue;
        if ((await act.act(stage)) === false) continue;
        waiting.splice(waiting.indexOf(act), 1);
      }
      await pause(20);
    }
  })();
  loop.catch((error: unknown) => console.error(error));
  return {
    isOver: () => waiting.length === 0,
    left: () => waiting.map(({ name }) => name),
    close: async () => {
      stopping.abort();
      await loop;
    },
  };
}

function isShown(stage: Stage): boolean {
  const isDone = ([part, label]: [string, string]) => shownOf(stage, part as Part) === label;
  return Object.entries(ends).every(isDone) && github.checkRuns(repo).every(({ status }) => status === "completed");
}

async function expectTruth(stage: Stage, actor: Actor): Promise<void> {
  expect(Object.fromEntries(Object.keys(ends).map((part) => [part, shownOf(stage, part as Part)]))).toEqual(ends);
  for (const [part, issue] of stage.issues) {
    const ours = github.comments(repo, issue).filter(({ author }) => author === github.app.botLogin);
    // One comment, and one with the answers to commands where there were some.
    expect([part, ours.length]).toEqual([part, part === "plain" ? 2 : 1]);
    const seen = github.issue(repo, issue).reactions.filter(({ content }) => content === "eyes");
    expect([part, seen.length]).toEqual([part, part === "refused" ? 0 : 1]);
  }
  const heads = github.pulls(repo).map(({ headRef }) => headRef);
  expect(heads.toSorted()).toEqual([...new Set(heads)].toSorted());
  const checks = github.checkRuns(repo).map(({ headSha, name }) => `${headSha} ${name}`);
  expect(checks.toSorted()).toEqual([...new Set(checks)].toSorted());
  const { tasks } = await stage.operator("listTasks", {});
  expect(tasks).toHaveLength(Object.keys(ends).length - 1);
  for (const task of tasks) {
    const { lines } = await stage.operator("taskLogs", { params: { task: task.name } });
    const said = task.runs.flatMap(({ id }) => actor.said.get(id) ?? []);
    expect([task.name, lines.map(({ text }) => text)], "no line lost, none doubled, all in order").toEqual([
      task.name,
      said,
    ]);
  }
  expect(github.violations).toEqual([]);
}
