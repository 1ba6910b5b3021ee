import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hooksPath } from "#protocol/integration.ts";
import type { Task } from "#protocol/task.ts";
import { type DiscordStandIn, openDiscordStandIn } from "#test/discord/discord.ts";
import { type JiraStandIn, openJiraStandIn } from "#test/jira/jira.ts";
import { aSecret } from "#test/src/integrations/receiver.ts";
import { configOf } from "./points/elsewhere-config.ts";
import { git, playedElsewhere, repositoryHere } from "./points/elsewhere-parts.ts";
import type { Act, Stage } from "./points/stage.ts";
import { elsewhereSteps } from "./points/steps.ts";
import { killAtEach, openVictim, type Victim } from "./points/victim.ts";
import { openScriptedRunner, registered, type ScriptedRunner } from "./scripted-runner.ts";
import { repo } from "./website.ts";

const secret = aSecret("h");
const titles = {
  ticket: "Greet in French",
  held: "One to hold until it is not wanted any more",
  dear: "One that is dear",
  here: "Something here",
  proposed: "Something here to propose",
};
const policyOf = (usd: number) => `limits: { usd_per_day: ${usd} }\n`;

let victim: Victim;
let jira: JiraStandIn;
let discord: DiscordStandIn;
let runner: ScriptedRunner | null = null;
beforeEach(async () => {
  jira = await openJiraStandIn({ kind: "cloud" });
  discord = await openDiscordStandIn();
  victim = await openVictim({
    policy: policyOf(1),
    collaborators: { ada: "write" },
    config: configOf({ jira, discord, secret }),
  });
});
afterEach(async () => {
  await runner?.close();
  runner = null;
  await victim.close();
  await jira.close();
  await discord.close();
});

const isMet = (step: string) => victim.lives.met().filter((one) => one.step === step).length === 2;
const alertsOf = (isOver: boolean) =>
  discord.messages.filter(
    ({ content }) => /has used \$0\.9\d of \$1\.00 for today/.test(content) && content.startsWith("✅") === isOver,
  );

async function tasksOf(stage: Stage): Promise<Record<string, Task[]>> {
  const { tasks } = (await stage.operator("listTasks", {})) ?? { tasks: [] };
  return Object.groupBy(tasks, ({ title }) => title) as Record<string, Task[]>;
}
const stateOf = async (stage: Stage, title: string) => (await tasksOf(stage))[title]?.[0]?.status;

/** The tickets' keys. */
const keys = { ticket: "", held: "" };
const ofTickets: readonly Act[] = (["ticket", "held"] as const).map((part) => ({
  name: `${part} is labelled in Jira`,
  act: () => {
    keys[part] = jira.create({ summary: titles[part], description: "Say bonjour." });
    jira.label(keys[part], jira.people.ada, ["claude"]);
  },
}));

/** A program posts one message again and again until it hears that it was taken. */
const message = { id: "msg_1", text: JSON.stringify({ title: titles.dear }) };
const acts: readonly Act[] = [
  ...ofTickets,
  {
    name: "the label is taken off",
    can: async (stage) => (await stateOf(stage, titles.held)) === "in_progress",
    act: () => jira.label(keys.held, jira.people.ada, []),
  },
  {
    name: "a program wishes something",
    act: async () => {
      const at = new Date();
      const headers = {
        "webhook-id": message.id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
        "webhook-signature": new Webhook(secret).sign(message.id, at, message.text),
      };
      const answer = await fetch(`${victim.url}${hooksPath}/builds`, {
        method: "POST",
        headers,
        body: message.text,
      }).catch(() => null);
      return answer?.ok === true;
    },
  },
  wishesHere("here"),
  {
    name: "somebody merges it",
    can: async (stage) => (await stateOf(stage, titles.here)) === "in_review",
    act: async (stage) => {
      const branch = (await tasksOf(stage))[titles.here]?.[0]?.branch ?? "";
      git(here(), "merge", "--quiet", "--no-ff", "-m", "Merge it", branch);
    },
  },
  wishesHere("proposed"),
  {
    name: "somebody opens a pull request of it, and says so",
    can: async (stage) => (await stateOf(stage, titles.proposed)) === "in_review",
    act: async (stage) => {
      const task = (await tasksOf(stage))[titles.proposed]?.[0];
      if (task === undefined) return false;
      const opened = await opensPullRequest(stage, task);
      const body = { by: "ada", repository: repo, draft: false, ...opened };
      return stage.operator("recordPullRequest", { params: { task: task.name }, body });
    },
  },
  {
    name: "and merges that",
    can: () => isMet("transaction record-proposal.ts recordProposal"),
    act: ({ github }) => github.as("ada").mergePullRequest(repo, proposed),
  },
  // It looks for what is wrong when it begins, and every half minute.
  {
    name: "it begins again until the budget is told to be near its end",
    can: async (stage) => (await stateOf(stage, titles.dear)) === "in_review",
    act: (stage) => beginsAgain(stage, "transaction tell-alerts.ts tell"),
  },
  {
    name: "the budget is raised",
    can: () => isMet("transaction tell-alerts.ts tell"),
    act: ({ github }) =>
      github.as("ada").push(repo, { message: "Raise it", files: { ".github/cc-orchestrator.yml": policyOf(100) } }),
  },
  {
    name: "it begins again until that is told to be over",
    can: () => isMet("transaction tell-alerts.ts tell"),
    act: (stage) => beginsAgain(stage, "transaction tell-alerts.ts tellOver"),
  },
];

const here = () => join(victim.folder, "here");

function wishesHere(part: "here" | "proposed"): Act {
  return {
    name: `${part} is wished of a repository of this machine`,
    act: async (stage) => {
      const folder = repositoryHere(here());
      // Who has no answer looks first.
      if ((await stateOf(stage, titles[part])) !== undefined) return true;
      const body = { folder, title: titles[part], by: "olga", run: true };
      await stage.once("createTask", { body });
      return false;
    },
  };
}

/** The number of the pull request that a person opens. */
let proposed = 0;
async function opensPullRequest({ github }: Stage, { branch }: Task) {
  if (branch === null) throw new Error("it has no branch");
  const headSha = await github.as("ada").push(repo, { branch, message: "Greet", files: { "hello.js": "bonjour\n" } });
  const response = await fetch(`${github.apiUrl}/repos/${repo}/pulls`, {
    method: "POST",
    headers: { authorization: `Bearer ${github.createUser("ada").token}`, "content-type": "application/json" },
    body: JSON.stringify({ title: titles.proposed, head: branch, base: "main" }),
  });
  const { number, html_url: url } = (await response.json()) as { number: number; html_url: string };
  proposed = number;
  return { number, url, headSha };
}

async function beginsAgain(stage: Stage, step: string): Promise<boolean> {
  if (isMet(step)) return true;
  const count = () => victim.lives.met().filter((one) => one.step === step).length;
  const before = count();
  stage.restart();
  for (const end = performance.now() + 5_000; count() === before && performance.now() < end; ) await pause(50);
  return false;
}

async function standing(stage: Stage) {
  const tasks = await tasksOf(stage);
  const ended = (title: string) => tasks[title]?.map(({ status, conclusion }) => conclusion ?? status);
  return {
    tasks: Object.fromEntries(Object.entries(titles).map(([part, title]) => [part, ended(title)])),
    // Where the other one stands depends on how soon it was stopped.
    ticket: keys.ticket === "" ? "" : jira.ticket(keys.ticket).status,
    isOver: alertsOf(true).length > 0,
  };
}
const inTheEnd = {
  tasks: { ticket: ["in_review"], held: ["cancelled"], dear: ["in_review"], here: ["success"], proposed: ["success"] },
  ticket: "In Review",
  isOver: true,
};

test("killed right before and right after each step of what is wished elsewhere and merged here, and of alerts, the control plane ends up as if nothing had happened (F01, F22, I1–I5)", async () => {
  const life = await victim.lives.start([]);
  const credential = await registered({ ...victim, labels: ["local"] });
  life?.kill("SIGKILL");
  await life?.ended;
  runner = openScriptedRunner({ url: victim.url, credential, play: playedElsewhere(victim.github) });
  const isShown = async (stage: Stage) => JSON.stringify(await standing(stage)) === JSON.stringify(inTheEnd);
  const { stage, unmet, ages, left, begun } = await killAtEach(victim, { steps: elsewhereSteps, acts, isShown });
  const now = await standing(stage);
  expect(unmet, `after ${begun} lives, ${left.join("; ")}, ${JSON.stringify(now)}`).toEqual([]);
  expect(now).toEqual(inTheEnd);
  expect(Math.max(...ages), "convergence after a restart, in ms").toBeLessThan(10_000);
  // One task for each wish, one comment of ours in each ticket, one pull request for each branch.
  for (const key of Object.values(keys)) {
    const ours = jira.ticket(key).comments.filter(({ author }) => author.name === "bot");
    expect([key, ours.length]).toEqual([key, 1]);
  }
  expect(victim.github.pulls(repo)).toHaveLength(3);
  // Who dies between telling and noting it tells it once more: at the step itself, and where it began again just then.
  for (const isOver of [false, true]) expect([2, 3]).toContain(alertsOf(isOver).length);
  expect(jira.violations).toEqual([]);
  expect(discord.violations).toEqual([]);
  expect(victim.github.violations).toEqual([]);
}, 240_000);
