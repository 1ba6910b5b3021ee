import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openClient } from "#protocol/client.ts";
import { discordPath } from "#protocol/integration.ts";
import { type Issuer, openIssuer } from "#test/actions/oidc.ts";
import { type DiscordStandIn, openDiscordStandIn } from "#test/discord/discord.ts";
import { aSecret, openWebhookServer, type WebhookServer } from "#test/src/integrations/receiver.ts";
import { noIntegrations } from "../../src/config/integrations.ts";
import { laterActs } from "./points/later-acts.ts";
import { type LaterPart, laterEnds, others, policy } from "./points/later-cast.ts";
import { playedLater } from "./points/later-parts.ts";
import { type Act, placeOf, pullOf, type Stage, shownOf, taskOf } from "./points/stage.ts";
import { laterSteps } from "./points/steps.ts";
import { killAtEach, openVictim, type Victim } from "./points/victim.ts";
import { insist, openScriptedRunner, registered, type ScriptedRunner } from "./scripted-runner.ts";
import { repo } from "./website.ts";

const ada = "600000000000000006";
const by = "olga";
const secrets = { programs: aSecret("p"), grumpy: aSecret("g") };

let victim: Victim;
let issuer: Issuer;
let discord: DiscordStandIn;
let programs: WebhookServer;
let grumpy: WebhookServer;
let jobsId = 0;
const runners: ScriptedRunner[] = [];
beforeEach(async () => {
  issuer = await openIssuer();
  discord = await openDiscordStandIn();
  programs = await openWebhookServer(secrets.programs);
  grumpy = await openWebhookServer(secrets.grumpy);
  // It wants no more messages, by the specification, and then thinks better of it.
  grumpy.answer({ status: 410 });
  const receiver = { events: ["*"], mayGoInside: true };
  const { token, channel, publicKey, apiUrl } = discord;
  victim = await openVictim({
    policy,
    collaborators: { ada: "admin", bob: "write", eve: "read" },
    config: {
      actionsIssuer: issuer.issuer,
      integrations: {
        ...noIntegrations,
        webhooks: [
          { ...receiver, name: "programs", url: programs.url, secrets: [secrets.programs] },
          { ...receiver, name: "grumpy", url: grumpy.url, secrets: [secrets.grumpy], events: ["task.created"] },
        ],
        discord: { to: { kind: "bot", channel, token, publicKey }, apiUrl, people: { [ada]: "ada" } },
      },
    },
  });
  for (const other of Object.values(others)) {
    const [owner = "", name = ""] = other.repo.split("/");
    const files = { "README.md": "# One more\n", ".github/cc-orchestrator.yml": other.policy };
    const made = await victim.github.createRepository({
      owner,
      name,
      private: true,
      files: { ...files, ".github/workflows/claude.yml": "on: workflow_dispatch\n" },
      collaborators: { ada: "admin" },
      labels: { claude: "5319e7" },
    });
    if (other === others.jobs) jobsId = made.id;
  }
});
afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.close();
  await victim.close();
  for (const one of [issuer, discord, programs, grumpy]) await one.close();
});

const isMet = (step: string) => victim.lives.met().filter((one) => one.step === step).length === 2;
/** The others' reviews are there, and a look has found that they have to wait. */
const isReviewedOn = () => {
  const { github } = victim;
  const pulls = github.pulls(repo).filter(({ number }) => github.reviews(repo, number).reviews.length > 0);
  const people = pulls.flatMap(({ number }) => github.reviews(repo, number).reviews);
  return people.length > 2 && isMet("transaction follow-look.ts postpone");
};
const play = () => playedLater(victim.github, isReviewedOn);
const never = () => new AbortController().signal;

/** The second runner is registered by somebody who tries until it works. */
const registering: Act = {
  name: "another runner is registered",
  act: async ({ operator }) => {
    const token = (await operator("createRunnerToken"))?.token;
    if (token === undefined) return false;
    const usual = { slots: 8, version: "t", sandbox: "none" as const };
    const body = { token, name: "gpu", labels: ["gpu"], repositories: [others.gpu.repo], ...usual };
    const answer = await insist(never(), () => openClient(victim.url, null)("register", { body }));
    if (answer === null) return false;
    runners.push(openScriptedRunner({ url: victim.url, credential: answer.credential, play: play() }));
  },
};

/** While its runner is held back a repair waits in the queue, and is not needed any more when the checks pass. */
const moot: readonly Act[] = [
  {
    name: "the operator holds a runner back, and checks fail",
    can: (stage) => shownOf(stage, "moot") === "claude:in-review",
    act: async (stage) => {
      const gpu = (await stage.operator("listRunners"))?.runners.filter(({ name }) => name === "gpu") ?? [];
      for (const { id } of gpu)
        await stage.operator("pauseRunner", { params: { runner: id }, body: { by, note: "", drain: false } });
      const branch = victim.github.pulls(others.gpu.repo)[0]?.headRef ?? "";
      await stage.github.reportCheck(others.gpu.repo, branch, { name: "tests", conclusion: "failure" });
    },
  },
  {
    name: "the checks pass when they run again",
    can: (stage) => shownOf(stage, "moot") === "claude:queued" && victim.github.pulls(others.gpu.repo).length > 0,
    act: async (stage) => {
      const branch = victim.github.pulls(others.gpu.repo)[0]?.headRef ?? "";
      await stage.github.reportCheck(others.gpu.repo, branch, { name: "tests", conclusion: "success" });
    },
  },
];

/** A job of GitHub Actions, as its workflow was asked for: it registers until it has an answer. */
const jobActs: readonly Act[] = [
  {
    name: "the job begins",
    can: async (stage) => (await taskOf(stage, "job")) !== undefined && shownOf(stage, "job") === "claude:queued",
    act: async (stage) => {
      const run = (await taskOf(stage, "job"))?.runs[0]?.id ?? 0;
      const { repo: jobs } = others.jobs;
      const isAsked = stage.github.dispatches(jobs).some(({ inputs }) => inputs.run === String(run));
      // Another one may be asked for, where the first was asked for in the moment before a death.
      if (!isAsked || !isMet("github POST /repos/*/actions/workflows/*/dispatches")) return false;
      const claims = {
        repository_id: String(jobsId),
        workflow_ref: `${jobs}/.github/workflows/claude.yml@refs/heads/main`,
        ref: "refs/heads/main",
        run_id: "4242",
        run_attempt: "1",
      };
      const token = await issuer.sign(claims, { audience: victim.url });
      const body = { token, run, version: "t", sandbox: "none" as const };
      const answer = await insist(never(), () => openClient(victim.url, null)("registerJob", { body }));
      if (answer === null) return false;
      runners.push(openScriptedRunner({ url: victim.url, credential: answer.credential, slots: 1, play: play() }));
    },
  },
];

const aPull = "GET /repos/{owner}/{repo}/pulls/{pull_number}";
/** Until looks at pull requests have failed often enough. */
const failing: Act = {
  name: "GitHub fails to show pull requests",
  can: (stage) => shownOf(stage, "reviewed") === "claude:in-review",
  act: async ({ github }) => {
    if (isMet("transaction follow-loop.ts look")) return true;
    github.faults.failNext({ route: aPull, status: 500, times: 2 });
    await pause(300);
    return false;
  },
};

/** What is done beside GitHub: a repository of this machine, a button in a chat, programs that listen again. */
const besides: readonly Act[] = [
  {
    name: "somebody wants something of a repository of this machine, and forgets it",
    act: async ({ operator }) => {
      const title = "Something here";
      const there = async () => (await operator("listTasks", {}))?.tasks.find((one) => one.title === title);
      // Who has no answer looks first.
      const folder = localRepository();
      if ((await there()) === undefined) await operator("createTask", { body: { folder, title, by } });
      const task = await there();
      if (task === undefined) return false;
      await operator("cancelTask", { params: { task: task.name }, body: { by } });
      await operator("removeTask", { params: { task: task.name } });
      return (await there()) === undefined;
    },
  },
  {
    name: "a button is pressed in Discord, until something comes of it",
    act: async (stage) => {
      const task = await taskOf(stage, "pressed");
      if (task?.status === "completed") return true;
      const message = discord.messages.find(({ embeds }) => JSON.stringify(embeds).includes(`${task?.name}`));
      const buttons = message?.components.flatMap(({ components }) => components) ?? [];
      const stop = buttons.find(({ label }) => label === "Stop");
      if (stop === undefined) return false;
      const press = { type: 3, user: ada, data: { custom_id: stop.custom_id }, at: Date.now() };
      await discord.interact(`${victim.url}${discordPath}`, press).catch(() => undefined);
      return false;
    },
  },
  {
    name: "a receiver is tried, and another one wants its messages after all",
    can: ({ lives }) => lives() > 20,
    act: async ({ operator }) => {
      const { messages = [] } = (await operator("listMessages", { query: { status: "dead" } })) ?? {};
      if (messages.length === 0) return false;
      await operator("testIntegration", { params: { integration: "programs" } });
      grumpy.answer(null);
      await operator("sendAgain", { body: { receiver: "grumpy" } });
    },
  },
];

function localRepository(): string {
  const folder = join(victim.folder, "here");
  mkdirSync(folder, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=O", "-c", "user.email=o@example.com", ...args], { cwd: folder });
  if (existsSync(join(folder, ".git"))) return folder;
  git("init", "--quiet", "--initial-branch=main");
  git("commit", "--quiet", "--allow-empty", "-m", "Begin");
  return folder;
}

test("killed right before and right after each step of what comes later, in questions, plans, reviews, checks, jobs, messages and chats, the control plane ends up as if nothing had happened (F01, F22, I1–I5)", async () => {
  const life = await victim.lives.start([]);
  const credential = await registered(victim);
  life?.kill("SIGKILL");
  await life?.ended;
  runners.push(openScriptedRunner({ url: victim.url, credential, play: play() }));
  const acts = [...laterActs, registering, failing, ...moot, ...jobActs, ...besides];
  const { stage, unmet, ages, left, begun } = await killAtEach(victim, { steps: laterSteps, acts, isShown });
  expect(unmet, `after ${begun} lives, ${left.join("; ")}, ${JSON.stringify(shown(stage))}`).toEqual([]);
  expect(Math.max(...ages), "convergence after a restart, in ms").toBeLessThan(10_000);
  await expectTruth(stage);
}, 900_000);

const parts = Object.keys(laterEnds) as LaterPart[];
const shown = (stage: Stage) => Object.fromEntries(parts.map((part) => [part, shownOf(stage, part)]));
const isShown = (stage: Stage) => parts.every((part) => shownOf(stage, part) === laterEnds[part]);

async function expectTruth(stage: Stage): Promise<void> {
  const { github } = stage;
  const bot = github.app.botLogin;
  expect(shown(stage)).toEqual(laterEnds);
  for (const part of parts) {
    const { repo: where, number } = placeOf(stage, part);
    const ours = github.comments(where, number).filter(({ author }) => author === bot);
    // One comment, and one with each question and plan.
    const isSaid = part.startsWith("asked") || part === "planned";
    expect([part, ours.length]).toEqual([part, isSaid ? 2 : 1]);
  }
  const runs = async (part: LaterPart) => (await taskOf(stage, part))?.runs.map(({ purpose }) => purpose);
  expect(await runs("checked")).toEqual(["implement", "fix_checks"]);
  expect(await runs("clashing")).toEqual(["implement", "resolve_conflicts"]);
  expect(await runs("planned")).toEqual(["plan", "implement"]);
  expect(await runs("askedHere")).toEqual(["implement"]);
  expect((await taskOf(stage, "left"))?.status).toBe("completed");
  const { comments } = github.reviews(repo, pullOf(stage, "reviewed")?.number ?? 0);
  expect(
    comments.map(({ author }) => author === bot),
    "one answer in the thread",
  ).toEqual([false, true]);
  for (const where of [repo, others.gpu.repo, others.jobs.repo]) {
    const heads = github.pulls(where).map(({ headRef }) => headRef);
    expect(heads.toSorted()).toEqual([...new Set(heads)].toSorted());
    const checks = github.checkRuns(where).filter(({ app }) => app === github.app.slug);
    const places = checks.map(({ headSha, name }) => `${headSha} ${name}`);
    expect(places.toSorted()).toEqual([...new Set(places)].toSorted());
  }
  await expectTold(stage);
  expect(github.violations).toEqual([]);
}

/** Programs and places outside GitHub have heard of every task: once, or again under the same number. */
async function expectTold(stage: Stage): Promise<void> {
  const names = ((await stage.operator("listTasks", {}))?.tasks ?? []).map(({ name }) => name);
  for (const { taken } of [programs, grumpy]) {
    const created = new Map(
      taken.filter(({ type }) => type === "task.created").map(({ id, subject }) => [id, subject]),
    );
    expect([...created.values()].toSorted()).toEqual(expect.arrayContaining(names.toSorted()));
    expect(new Set(created.values()).size).toBe(created.size);
  }
  const messages = discord.messages.map(({ embeds }) => JSON.stringify(embeds));
  const about = (name: string) => messages.filter((text) => new RegExp(`${name}\\b`).test(text)).length;
  expect(names.map((name) => [name, about(name)])).toEqual(names.map((name) => [name, 1]));
  expect(discord.violations).toEqual([]);
}
