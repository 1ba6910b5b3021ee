import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import type { RunnerConfig } from "#runner/options.ts";
import { readConversation } from "#test/model/conversation.ts";
import type { Script } from "#test/model/script.ts";
import { openCut } from "#test/runner/run/cut.ts";
import type { RunnerBench } from "#test/runner/run/runner-process.ts";
import { until } from "#test/world/until.ts";
import type { World, WorldOptions } from "#test/world/world.ts";
import { benchHere, worldHere } from "./opened.ts";
import { finished, hasEnded } from "./told.ts";

vi.setConfig({ testTimeout: 120_000 });

/** Claude changes a file, works on until the file `go` is there, and ends. */
const untilGo: Script = [
  { text: "I begin.", tools: [{ name: "Bash", input: { command: "sed -i s/hello/bonjour/ greet.js" } }] },
  { text: "I wait.", tools: [{ name: "Bash", input: { command: "until [ -e go ]; do sleep 0.1; done; rm go" } }] },
  { text: "The greeting is French now." },
];

async function open(scripts: Record<string, Script>, more: Partial<RunnerConfig> = {}, options: WorldOptions = {}) {
  const world = await worldHere({ runner: false, scripts, ...options });
  const bench = await benchHere(world, more);
  const issue = world.github.as("ada").openIssue(world.repo, { title: "Greet in French", body: "Say bonjour." });
  world.github.as("ada").label(world.repo, issue, "claude");
  return { world, bench, issue, tree: join(bench.home, "tasks", "acme+website-TASK-1", "work", "tree") };
}

/** Claude has changed the file and waits, and the runner has heard so. */
async function waiting(of: { world: World; issue: number; bench: RunnerBench }): Promise<void> {
  await until("Claude at its waiting", () => (spoolOf(of.bench).includes("until [ -e go ]") ? true : null));
  await of.world.taskOf(of.issue, (task) => task.runs.at(-1)?.attach != null, "the start to be told");
}

function spoolOf(of: RunnerBench): string {
  const [run] = existsSync(join(of.home, "runs")) ? readdirSync(join(of.home, "runs")) : [];
  const path = join(of.home, "runs", run ?? "", "reports.jsonl");
  return run !== undefined && existsSync(path) ? readFileSync(path, "utf8") : "";
}

function agentOf(of: RunnerBench): { root: { pid: number } } {
  const [run = ""] = readdirSync(join(of.home, "runs"));
  return JSON.parse(readFileSync(join(of.home, "runs", run, "instance-1", "pid.json"), "utf8"));
}

function refsOf(of: World): string {
  return execFileSync("git", ["ls-remote", join(of.folder, "git", "acme", "website.git")], { encoding: "utf8" });
}

async function endsWell(of: { world: World; issue: number }): Promise<void> {
  const { github, repo } = of.world;
  const task = await of.world.taskOf(of.issue, hasEnded, "the end of the run");
  expect(task).toMatchObject({ status: "in_review", reason: null });
  expect(task.runs).toHaveLength(1);
  await finished(of.world, of.issue);
  expect(github.pulls(repo)).toHaveLength(1);
  expect(await github.fileAt(repo, github.pulls(repo)[0]?.headSha ?? "", "greet.js")).toContain("bonjour");
  expect(github.violations).toEqual([]);
}

test("a killed runner's successor adopts the living Claude: same process, same session; a second runner is refused (F02, F55)", async () => {
  const of = await open({ default: untilGo });
  const first = of.bench.start();
  await waiting(of);
  const before = agentOf(of.bench);
  first.process.kill("SIGKILL");
  await first.ended;
  expect(() => process.kill(before.root.pid, 0)).not.toThrow();

  const second = of.bench.start();
  await until("the adoption", () => (of.bench.log().includes("adopted an instance") ? true : null));
  expect(agentOf(of.bench)).toEqual(before);
  const third = of.bench.start();
  expect(await third.ended).toBe(1);
  expect(third.said()).toContain("Another runner is at work");
  expect(third.said()).toContain(`process ${second.process.pid}`);

  writeFileSync(join(of.tree, "go"), "");
  await endsWell(of);
  expect(of.world.model.requests.filter((one) => one.kind === "main")).toHaveLength(3);
});

test("a registration that was copied elsewhere is refused while its runner is at work, with what to do (F55)", async () => {
  const of = await open({ default: untilGo });
  of.bench.start();
  await waiting(of);
  const second = of.bench.start([], { home: join(of.world.folder, "copied") });
  expect(await second.ended).toBe(1);
  expect(second.said()).toContain("at work in another folder or on another machine");
  expect(second.said()).toContain("runner register --name");
  writeFileSync(join(of.tree, "go"), "");
  await endsWell(of);
});

test("after the machine was started anew, the same session goes on in a new instance (F03, F06)", async () => {
  const of = await open({
    default: [
      ...untilGo.slice(0, 2),
      ({ said }) => ({
        text: said.at(-1)?.includes("interrupted") ? "I go on." : "Nobody told me.",
        tools: [{ name: "Bash", input: { command: "git diff --stat" } }],
      }),
      { text: "The greeting is French now." },
    ],
  });
  const first = of.bench.start();
  await waiting(of);
  first.process.kill("SIGKILL");
  await first.ended;
  await of.bench.terminals.killServer();

  of.bench.start();
  await endsWell(of);
  const main = of.world.model.requests.filter((one) => one.kind === "main");
  expect(new Set(main.map((one) => one.sessionId)).size).toBe(1);
  const { said } = readConversation({}, main.at(-1)?.body ?? {}, () => undefined);
  expect(said.filter((text) => text.includes("Say bonjour."))).toHaveLength(1);
  expect(JSON.stringify(main.at(-1)?.body)).toContain("I go on.");
});

test("while the server is away nothing is pushed and the instance goes on; when it is back, all of it arrives (F08)", async () => {
  const world = await worldHere({ runner: false, scripts: { default: untilGo } });
  const cut = await openCut(world.server.url);
  onTestFinished(() => cut.close());
  const bench = await benchHere(world, { server: cut.url });
  const issue = world.github.as("ada").openIssue(world.repo, { title: "Greet in French", body: "Say bonjour." });
  world.github.as("ada").label(world.repo, issue, "claude");
  const of = { world, bench, issue, tree: join(bench.home, "tasks", "acme+website-TASK-1", "work", "tree") };
  const first = bench.start();
  await waiting(of);
  await of.world.taskOf(issue, (task) => task.runs[0]?.headSha != null, "the start of the branch");
  first.process.kill("SIGKILL");
  await first.ended;
  cut.cut();
  // A runner that takes runs up is fenced until the server has heard of it.
  bench.start();
  await until("the adoption", () => (of.bench.log().includes("adopted an instance") ? true : null));
  const before = refsOf(world);
  writeFileSync(join(of.tree, "go"), "");
  const isTried = () => spoolOf(of.bench).includes('"step":"push","state":"started"');
  await until("the push to be tried", () => (isTried() ? true : null));
  expect(refsOf(world)).toBe(before);
  cut.mend();
  await endsWell(of);
});

test("told to stop twice with a dead server, the runner ends in time, and the next one goes on with the same files and session (F52)", async () => {
  const world = await worldHere({ runner: false, scripts: { default: untilGo } });
  const cut = await openCut(world.server.url);
  onTestFinished(() => cut.close());
  const bench = await benchHere(world, { server: cut.url });
  const issue = world.github.as("ada").openIssue(world.repo, { title: "Greet in French", body: "Say bonjour." });
  world.github.as("ada").label(world.repo, issue, "claude");
  const of = { world, bench, issue, tree: join(bench.home, "tasks", "acme+website-TASK-1", "work", "tree") };
  const first = bench.start();
  await waiting(of);
  cut.cut();
  const begunAt = performance.now();
  first.process.kill("SIGTERM");
  await until("the first signal to be heard", () => (first.said().includes("signal 1") ? true : null));
  first.process.kill("SIGTERM");
  expect(await first.ended).toBe(0);
  expect(performance.now() - begunAt).toBeLessThan(30_000);
  expect(await bench.terminals.list()).toEqual([]);

  cut.mend();
  world.model.script("default", [untilGo[0] ?? {}, { text: "So." }, { text: "The greeting is French now." }]);
  bench.start();
  await endsWell(of);
  const sessions = world.model.requests.filter((one) => one.kind === "main").map((one) => one.sessionId);
  expect(new Set(sessions).size).toBe(1);
});

test("told to end once, a runner waits for what runs as long as its operator lets it, then hands it over; the session goes on", async () => {
  const of = await open({ default: untilGo }, { drainMinutes: 0.02 });
  const first = of.bench.start();
  await waiting(of);
  first.process.kill("SIGTERM");
  expect(await first.ended).toBe(0);
  expect(of.bench.log()).toContain("hands over what still runs");
  await of.world.taskOf(of.issue, (task) => task.status === "queued", "the run in the queue");
  of.world.model.script("default", [untilGo[0] ?? {}, { text: "So." }, { text: "The greeting is French now." }]);
  of.bench.start();
  await endsWell(of);
  const sessions = of.world.model.requests.filter((one) => one.kind === "main").map((one) => one.sessionId);
  expect(new Set(sessions).size).toBe(1);
});

test("work under way is saved to the remote now and then, and taken away again when it is on the branch (I7)", async () => {
  const of = await open({ default: untilGo }, { wipMinutes: 0.01 });
  of.bench.start();
  await waiting(of);
  const ref = await until("the saved work", () =>
    /\S+\trefs\/cc-orchestrator\/recovery\/TASK-1\/1/.exec(refsOf(of.world)),
  );
  expect(ref[0]).toMatch(/^[0-9a-f]{40}\t/);
  writeFileSync(join(of.tree, "go"), "");
  await endsWell(of);
  expect(refsOf(of.world)).not.toContain("refs/cc-orchestrator/");
});

test.each([
  { what: "says nothing for too long", limits: { idleMinutes: 0.1 }, code: "idle_limit" },
  { what: "fills the disk", limits: { worktreeBytes: 20 * 1024 ** 2 }, code: "disk_limit", fill: true },
  { what: "starts too many processes", limits: { processes: 50 }, code: "process_limit", fill: true },
])("an instance that $what is stopped with that reason, its work on the branch", async ({ limits, code, fill }) => {
  const filling: Script = [
    {
      text: "I fill.",
      tools: [
        {
          name: "Bash",
          input: {
            command:
              "sed -i s/hello/bonjour/ greet.js; echo blob > .gitignore; head -c 60000000 /dev/zero > blob; for i in $(seq 60); do sleep 100 & done; until [ -e go ]; do sleep 0.1; done",
          },
        },
      ],
    },
    { text: "Never said." },
  ];
  const of = await open({ default: fill ? filling : untilGo }, { limits });
  of.bench.start();
  const task = await of.world.taskOf(of.issue, hasEnded, "the end of the run");
  expect(task).toMatchObject({ status: "completed", conclusion: "failure", reason: { code } });
  expect(task.reason?.advice).toBeTruthy();
  await finished(of.world, of.issue);
  const { github, repo } = of.world;
  expect(await github.fileAt(repo, github.pulls(repo)[0]?.headSha ?? "", "greet.js")).toContain("bonjour");
});

test("a machine below its floor takes no run; the issue, the task and the runner's page say so, and what to do", async () => {
  const of = await open({}, { floors: { memoryBytes: 1024 ** 5, diskBytes: 0 } });
  of.bench.start();
  const { operator, github, repo } = of.world;
  const said = await until("the queue to say so", () => {
    const body = github.comments(repo, of.issue)[0]?.body ?? "";
    return body.includes("memory free") ? body : null;
  });
  expect(said).toContain("takes no run below");
  const { runners } = await operator("listRunners");
  expect(runners).toMatchObject([{ notClaiming: { code: "low_memory", advice: expect.any(String) } }]);
  const task = await of.world.taskOf(of.issue, (one) => one.reason !== null, "the reason");
  expect(task).toMatchObject({ status: "queued", reason: { sentence: expect.stringContaining("memory free") } });
});

test("lines that are no JSON, 20 MB long or full of control characters harm nothing (F33)", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cc-noisy-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, "claude");
  const real = fileURLToPath(new URL("../../node_modules/.bin/claude", import.meta.url));
  writeFileSync(
    program,
    `#!/bin/sh
[ "$1" = --version ] && exec "${real}" --version
echo 'this is no JSON'
printf '\\033]0;title\\007\\033[2J\\001\\002\\377\\376\\n'
head -c 20971520 /dev/zero | tr '\\0' x; echo
printf '{"type":"assistant","message":{"content":[{"type":"te\\n'
exec "${real}" "$@"
`,
  );
  chmodSync(program, 0o755);
  const of = await open({ default: [untilGo[0] ?? {}, { text: "The greeting is French now." }] }, { claude: program });
  of.bench.start();
  await endsWell(of);
  const { lines } = await of.world.operator("taskLogs", { params: { task: "TASK-1" } });
  const notes = lines.filter((line) => line.kind === "note").map((line) => line.text);
  expect(notes.filter((text) => text.includes("could not be read"))).toHaveLength(4);
  expect(notes.every((text) => text.length < 1_000)).toBe(true);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  expect(notes.join("")).not.toMatch(/[\u0000-\u0008\u001b]/);
});
