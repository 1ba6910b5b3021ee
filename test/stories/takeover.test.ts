import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Message, Script } from "#test/model/script.ts";
import { openBench, type RunnerBench } from "#test/runner/run/runner-process.ts";
import { openTerminal, type TestTerminal } from "#test/src/cli/terminal.ts";
import { until } from "#test/world/until.ts";
import { openWorld, type World } from "#test/world/world.ts";
import { finished, hasEnded } from "./told.ts";

const person = userInfo().username;
const program = join(import.meta.dirname, "../../src/cli/main.ts");
let world: World | null = null;
let bench: RunnerBench | null = null;
const terminals: TestTerminal[] = [];
afterEach(async () => {
  for (const one of terminals.splice(0)) await one.close();
  await bench?.close();
  await world?.close();
  bench = null;
  world = null;
});

const wish = { title: "Greet in another language", body: "Not in English." };
const bash = (text: string, command: string): Message => ({ text, tools: [{ name: "Bash", input: { command } }] });

/** Begins with what never ends, does what a person at the screen tells it, and closes when the run goes on. */
function stuck(begun: Message): Script {
  const answer: Script[number] = ({ body }) => {
    const all = JSON.stringify(body);
    if (all.includes("has worked with you in this session")) return { text: "It greets as it was wanted." };
    if (!all.includes(begun.text ?? "")) return begun;
    if (!all.includes("Say salut")) return { text: "I was stopped." };
    return all.includes("Then salut.") ? { text: "Changed to salut." } : change;
  };
  const change = bash("Then salut.", "sed -i s/hello/salut/ greet.js");
  return Array.from({ length: 12 }, () => answer);
}

function typedAt(opened: World, line: string): Promise<TestTerminal> {
  const token = readFileSync(join(opened.folder, "server", "operator.token"), "utf8").trim();
  const env = {
    HOME: opened.folder,
    PATH: process.env.PATH ?? "",
    CC_ORCHESTRATOR_SERVER: opened.server.url,
    CC_ORCHESTRATOR_TOKEN: token,
  };
  const command = `'${process.execPath}' '${program}' ${line}`;
  return openTerminal(command, { folder: opened.folder, env, columns: 110, rows: 40 }).then((one) => {
    terminals.push(one);
    return one;
  });
}

async function seen(terminal: TestTerminal, what: string): Promise<void> {
  let last = "";
  await until(`“${what}” on the screen`, async () => {
    last = await terminal.screen();
    return last.includes(what) || null;
  }).catch((error: unknown) => {
    throw new Error(`${error}\n${last}`);
  });
}

async function atWork(opened: World): Promise<number> {
  const { github, repo } = opened;
  const issue = github.as("ada").openIssue(repo, wish);
  github.as("ada").label(repo, issue, "claude");
  await opened.taskOf(issue, (one) => one.runs[0]?.progress?.activity.startsWith("running") === true, "Claude at work");
  return issue;
}

test("a person takes the session over, works at Claude's own screen, leaves, and the run goes on with all of it", async () => {
  const opened = await openWorld({ scripts: { default: stuck(bash("I look first.", "sleep 1000")) } });
  world = opened;
  const { github, repo, model } = opened;
  const issue = await atWork(opened);
  const terminal = await typedAt(opened, "instance takeover TASK-1");
  await seen(terminal, "I look first.");
  const taken = await opened.taskOf(issue, (one) => one.runs[0]?.takeover?.state === "held", "the takeover");
  expect(taken).toMatchObject({ status: "in_progress", reason: { code: "taken_over" } });
  expect(taken.reason?.sentence).toContain(`Taken over by ${person}`);
  await until(
    "the comment to say so",
    () => github.comments(repo, issue).some(({ body }) => body.includes(`Taken over by ${person}`)) || null,
  );
  await terminal.type("Say salut instead.");
  await seen(terminal, "Changed to salut.");
  await terminal.type("/exit");
  const task = await opened.taskOf(issue, hasEnded, "the end of the run");
  expect(task).toMatchObject({ status: "in_review", runs: [{ conclusion: "success" }] });
  expect(task.runs[0]?.takeover).toBeUndefined();
  expect(task.runs[0]?.summary).toBe("It greets as it was wanted.");
  await finished(opened, issue);
  expect(await github.fileAt(repo, github.pulls(repo)[0]?.headSha ?? "", "greet.js")).toContain("salut");
  const last = JSON.stringify(model.requests.at(-1)?.body);
  for (const words of ["I look first.", "Say salut instead.", "Changed to salut.", "has worked with you"]) {
    expect(last).toContain(words);
  }
  expect(github.violations).toEqual([]);
}, 90_000);

test("a session that a person has outlives the runner, and is handed back from elsewhere (F04)", async () => {
  const opened = await openWorld({ runner: false, scripts: { default: stuck(bash("I look first.", "sleep 1000")) } });
  world = opened;
  bench = await openBench(opened);
  const first = bench.start();
  const issue = await atWork(opened);
  const { operator } = opened;
  await operator("takeOverTask", { params: { task: "TASK-1" }, body: { by: "ada" } });
  const taken = await opened.taskOf(issue, (one) => one.runs[0]?.takeover?.state === "held", "the takeover");
  first.process.kill("SIGKILL");
  await first.ended;
  await operator("handBackTask", { params: { task: "TASK-1" } });
  bench.start();
  const task = await opened.taskOf(issue, hasEnded, "the end of the run");
  // Nothing was changed by anybody, and the same run says so with its session's memory.
  expect(task.runs).toMatchObject([{ id: taken.runs[0]?.id, reason: { code: "no_changes" } }]);
  expect(task.runs[0]?.summary).toBe("It greets as it was wanted.");
  expect(JSON.stringify(opened.model.requests.at(-1)?.body)).toContain("ada has worked with you");
}, 90_000);
