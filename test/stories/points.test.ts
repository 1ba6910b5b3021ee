import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openClient } from "#protocol/client.ts";
import { until } from "#test/world/until.ts";
import { acts, ends, policy } from "./points/acts.ts";
import { playedByTitle } from "./points/parts.ts";
import type { ServerLife } from "./points/server-life.ts";
import { type Stage, shownOf } from "./points/stage.ts";
import { everyStep, steps } from "./points/steps.ts";
import { killAtEach, openVictim, type Victim } from "./points/victim.ts";
import { openScriptedRunner, registered, type ScriptedRunner } from "./scripted-runner.ts";
import { repo } from "./website.ts";

let victim: Victim;
let runner: ScriptedRunner | null = null;
beforeEach(async () => {
  victim = await openVictim({ policy, collaborators: { ada: "write", tim: "triage" } });
});
afterEach(async () => {
  await runner?.close();
  runner = null;
  await victim.close();
});

/** A first life, in which somebody registers a runner. */
async function firstLife(): Promise<{ life: ServerLife | null; credential: string }> {
  const life = await victim.lives.start([]);
  return { life, credential: await registered(victim) };
}

test("killed right before and right after each of its durable steps, the control plane ends up as if nothing had happened (F01, F07, F22, I1–I5, I8)", async () => {
  const { life, credential } = await firstLife();
  life?.kill("SIGKILL");
  await life?.ended;
  runner = openScriptedRunner({ url: victim.url, credential, play: playedByTitle(victim.github) });
  const { stage, unmet, ages, left, begun } = await killAtEach(victim, { steps, acts, isShown });
  expect(unmet, `after ${begun} lives, ${left.join("; ")}`).toEqual([]);
  expect(Math.max(...ages), "convergence after a restart, in ms").toBeLessThan(10_000);
  await expectTruth(stage, runner);
  const known = new Set(everyStep);
  const unknown = [...victim.lives.seen()].filter((step) => !step.startsWith("answer ") && !known.has(step));
  expect(unknown, "steps that the table does not name").toEqual([]);
}, 900_000);

const minute = 60_000;
const sweep = "transaction expire-leases.ts expireLeases";

test("killed right before and after each step that only time brings about, it calls a silent runner silent, then lost, and starts over once (F01, F12, I2, I10)", async () => {
  const { github, lives, url } = victim;
  const first = await firstLife();
  let { life } = first;
  const issue = github.as("ada").openIssue(repo, { title: "Greet in French", body: "Say bonjour." });
  github.as("ada").label(repo, issue, "claude");
  // Claims, and is never heard from again.
  const silent = openClient(url, first.credential);
  const claiming = async () => (await silent("claim", { body: { freeSlots: 1, waitSeconds: 1 } })).offer;
  const offer = await until("a claim", claiming);
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
    silent("credential", { params: { run: offer.runId }, body: { epoch: offer.epoch, access: "write" } }),
  ).rejects.toMatchObject({ problem: { status: 409 } });
  const credential = await registered(victim);
  runner = openScriptedRunner({ url, credential, play: playedByTitle(github) });
  await until("the end", () => (github.issue(repo, issue).labels.includes("claude:in-review") ? true : null), 10_000);
  const { tasks } = await victim.operator("listTasks", {});
  expect(tasks[0]?.runs.map(({ conclusion }) => conclusion)).toEqual(["lost", "success"]);
  expect(github.pulls(repo)).toHaveLength(1);
  expect(github.violations).toEqual([]);
}, 120_000);

function isShown(stage: Stage): boolean {
  const isDone = ([part, label]: [string, string]) => shownOf(stage, part) === label;
  const checks = stage.github.checkRuns(repo);
  return Object.entries(ends).every(isDone) && checks.every(({ status }) => status === "completed");
}

async function expectTruth(stage: Stage, { said }: ScriptedRunner): Promise<void> {
  const { github } = stage;
  expect(Object.fromEntries(Object.keys(ends).map((part) => [part, shownOf(stage, part)]))).toEqual(ends);
  for (const [part, { number }] of stage.places) {
    const ours = github.comments(repo, number).filter(({ author }) => author === github.app.botLogin);
    // One comment, and one with the answers to commands where there were some.
    expect([part, ours.length]).toEqual([part, part === "plain" ? 2 : 1]);
    const seen = github.issue(repo, number).reactions.filter(({ content }) => content === "eyes");
    expect([part, seen.length]).toEqual([part, part === "refused" ? 0 : 1]);
  }
  const heads = github.pulls(repo).map(({ headRef }) => headRef);
  expect(heads.toSorted()).toEqual([...new Set(heads)].toSorted());
  const checks = github.checkRuns(repo).map(({ headSha, name }) => `${headSha} ${name}`);
  expect(checks.toSorted()).toEqual([...new Set(checks)].toSorted());
  const { tasks } = await victim.operator("listTasks", {});
  expect(tasks).toHaveLength(Object.keys(ends).length - 1);
  for (const task of tasks) {
    const { lines } = await victim.operator("taskLogs", { params: { task: task.name } });
    const told = task.runs.flatMap(({ id }) => said.get(id) ?? []);
    expect([task.name, lines.map(({ text }) => text)], "no line lost, none doubled, all in order").toEqual([
      task.name,
      told,
    ]);
  }
  expect(github.violations).toEqual([]);
}
