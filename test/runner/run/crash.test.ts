import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pause } from "#runner/pause.ts";
import { readConversation } from "#test/model/conversation.ts";
import { benchHere, worldHere } from "#test/stories/opened.ts";
import { finished, hasEnded } from "#test/stories/told.ts";
import { until } from "#test/world/until.ts";
import type { World } from "#test/world/world.ts";
import type { RunnerBench } from "./runner-process.ts";

const policy = [
  "setup:",
  "  - test -e set-up && echo set up twice >> set-up; touch set-up",
  "verify:",
  "  - grep -q bonjour greet.js || { echo 'no bonjour here'; exit 3; }",
  "",
].join("\n");

const scripts = {
  default: [
    { text: "Done.", tools: [{ name: "Bash", input: { command: "echo '// salut' >> greet.js" } }] },
    { text: "Added a greeting." },
    { text: "I see.", tools: [{ name: "Bash", input: { command: "sed -i s/hello/bonjour/ greet.js" } }] },
    { text: "Repaired: it says bonjour." },
  ],
};

const memory = "memory\\.json$";
const spool = "reports\\.jsonl$";

/** Every point of a run at which something becomes durable, in the order of its life. */
const points: readonly { name: string; file: string; text: string }[] = [
  { name: "the start of the branch is chosen", file: memory, text: '"pushing":null,"pushed":null.*"isSetUp":false' },
  { name: "the worktree is ready", file: spool, text: '"step":"worktree","state":"passed"' },
  { name: "the branch is about to be pushed", file: memory, text: '"pushing":"[0-9a-f]{40}","pushed":null' },
  { name: "the branch has been pushed", file: memory, text: '"pushing":null,"pushed":"[0-9a-f]{40}"' },
  { name: "the push of the branch is told", file: spool, text: '"kind":"pushed".*"files":0' },
  { name: "the set-up is done", file: memory, text: '"isSetUp":true' },
  { name: "Claude is to be started", file: spool, text: '"key":"claude 1"' },
  { name: "the prompt is sent", file: "instance-1/in/000001\\.json$", text: "" },
  { name: "the first turn is over", file: spool, text: '"key":"claude 1\\.1"' },
  { name: "the work is about to be pushed", file: memory, text: '"pushing":"[0-9a-f]{40}","pushed":"[0-9a-f]{40}"' },
  { name: "the push of the work is told", file: spool, text: '"kind":"pushed".*"files":1' },
  {
    name: "the work has failed its verification",
    file: memory,
    text: '"turnsHandled":0,"verified":\\{',
  },
  { name: "the repair is asked for", file: memory, text: '"rounds":1' },
  { name: "the repair is sent", file: "instance-1/in/000002\\.json$", text: "" },
  { name: "the repair is over", file: spool, text: '"key":"claude 1\\.2"' },
  { name: "the repaired work is verified", file: spool, text: '"key":"verified 1\\.2"' },
  { name: "the end is decided", file: memory, text: '"ending":\\{' },
  { name: "the end is told", file: spool, text: '"kind":"completed"' },
  { name: "the journal forgets the run", file: "/runs/\\d+-\\d+$", text: "removed" },
];

test.each(["before", "after"] as const)(
  "a runner killed right %s each of its durable steps goes on where it was: one prompt, one repair, one pull request, one check run a head (F02)",
  async (when) => {
    const world = await worldHere({ runner: false, policy, scripts });
    const { github, repo, model } = world;
    const bench = await benchHere(world);
    const issue = github.as("ada").openIssue(repo, { title: "Greet in French", body: "Say bonjour." });
    github.as("ada").label(repo, issue, "claude");

    // Some steps go on side by side: each life ends at the first marker that no life before it has met.
    for (let lives = 0; lives <= points.length; lives += 1) {
      const met = bench.met();
      const life = bench.start(points.filter(({ name }) => !met.includes(name)).map((point) => ({ ...point, when })));
      const over = new AbortController();
      const end = await Promise.race([life.ended, untilOver(world, bench, over.signal)]);
      over.abort();
      if (end === "over") break;
      expect(end).toBe("SIGKILL");
    }
    const unmet = () => points.map(({ name }) => name).filter((name) => !bench.met().includes(name));
    // The journal is empty a moment before the last life has ended at that very step.
    await until("the last marker", () => (unmet().length === 0 ? true : null), 3_000).catch(() => undefined);
    expect(unmet()).toEqual([]);
    const task = await world.taskOf(issue, hasEnded, "the end of the run");
    expect(task).toMatchObject({ status: "in_review" });
    expect(task.runs).toHaveLength(1);
    await finished(world, issue);

    expect(github.pulls(repo)).toHaveLength(1);
    const head = github.pulls(repo)[0]?.headSha ?? "";
    expect(github.checkRuns(repo, head)).toMatchObject([{ conclusion: "success" }]);
    expect(await github.fileAt(repo, head, "greet.js")).toContain("bonjour");
    const main = model.requests.filter((one) => one.kind === "main");
    expect(main).toHaveLength(4);
    const { said } = readConversation({}, main.at(-1)?.body ?? {}, () => undefined);
    expect(said.filter((text) => text.includes("Say bonjour."))).toHaveLength(1);
    expect(said.filter((text) => text.includes("this command failed (round 1"))).toHaveLength(1);
    const { lines } = await world.operator("taskLogs", { params: { task: task.name } });
    for (const text of ["Done.", "Added a greeting.", "I see.", "Repaired: it says bonjour."]) {
      expect(lines.filter((line) => line.kind === "say" && line.text === text)).toHaveLength(1);
    }
    await until("an empty journal", () => (readdirSync(join(bench.home, "runs")).length === 0 ? true : null));
    expect(existsSync(join(bench.home, "tasks", "acme+website-TASK-1", "work"))).toBe(false);
    expect(await bench.terminals.list()).toEqual([]);
    expect(github.violations).toEqual([]);
  },
  120_000,
);

/** The run has come to its end, and the journal has forgotten it. */
async function untilOver(of: World, runner: RunnerBench, signal: AbortSignal): Promise<"over"> {
  const runs = join(runner.home, "runs");
  while (!signal.aborted) {
    const { tasks } = await of.operator("listTasks", {});
    if (tasks[0] !== undefined && hasEnded(tasks[0]) && readdirSync(runs).length === 0) break;
    await pause(200, signal);
  }
  return "over";
}
