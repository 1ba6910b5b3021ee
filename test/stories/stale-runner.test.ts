import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Script } from "#test/model/script.ts";
import { openCut } from "#test/runner/run/cut.ts";

import { until } from "#test/world/until.ts";
import type { World } from "#test/world/world.ts";
import { benchHere, worldHere } from "./opened.ts";
import { finished, hasEnded } from "./told.ts";

vi.setConfig({ testTimeout: 180_000 });

const change = (word: string) => ({
  text: "I change it.",
  tools: [{ name: "Bash", input: { command: `sed -i s/hello/${word}/ greet.js` } }],
});
const waits: Script = [
  change("bonjour"),
  { text: "I wait.", tools: [{ name: "Bash", input: { command: "until [ -e go ]; do sleep 0.1; done" } }] },
  { text: "Never said." },
];

/** What the sweep does twenty minutes after the last word of a runner: the run is lost, and another begins afresh. */
async function loseRun(of: World, runId: number): Promise<void> {
  const db = new DatabaseSync(join(of.folder, "server", "state.db"), { timeout: 5_000 });
  const lost =
    "UPDATE runs SET status = 'completed', conclusion = 'lost', lease_until = NULL, completed_at = ? WHERE id = ?";
  db.prepare(lost).run(Date.now(), runId);
  await of.operator("retryTask", { params: { task: "TASK-1" }, body: { by: "ada" } });
  db.prepare("UPDATE runs SET resume = 0, session_id = ? WHERE status = 'queued'").run(randomUUID());
  db.close();
}

test("a runner that was cut off until its run was lost and done by another: stopped before it can push, its work saved beside the branch (F08, F56)", async () => {
  const world = await worldHere({ runner: false, scripts: { default: waits } });
  const { github, repo, model } = world;
  const cut = await openCut(world.server.url);
  onTestFinished(() => cut.close());
  // One slot: no claim of its own is open when it is cut off.
  const bench = await benchHere(world, { server: cut.url, slots: 1 });
  const of = bench;
  const issue = github.as("ada").openIssue(repo, { title: "Greet in another language", body: "Say it." });
  github.as("ada").label(repo, issue, "claude");
  of.start();
  const tree = join(of.home, "tasks", "acme+website-TASK-1", "work", "tree");
  await until("the change of the first", () => {
    const file = join(tree, "greet.js");
    return existsSync(file) && readFileSync(file, "utf8").includes("bonjour") ? true : null;
  });
  const [run] = (await world.taskOf(issue, (task) => task.runs[0]?.headSha != null, "the start of the branch")).runs;
  cut.cut();
  await loseRun(world, run?.id ?? 0);
  model.script("default", [change("salut"), { text: "Done." }]);
  await world.startRunner("second");
  await world.taskOf(issue, hasEnded, "the second runner's end");
  await finished(world, issue);
  const head = github.pulls(repo)[0]?.headSha ?? "";
  expect(await github.fileAt(repo, head, "greet.js")).toContain("salut");

  cut.mend();
  const terminals = () => of.terminals.list();
  await until("the old instance to be stopped", async () => ((await terminals()).length === 0 ? true : null));
  const remote = join(world.folder, "git", "acme", "website.git");
  const git = (...args: string[]) => execFileSync("git", ["--git-dir", remote, ...args], { encoding: "utf8" });
  const saved = await until(
    "the work of the first to be saved on the remote",
    () => {
      return git("for-each-ref", "--format=%(refname)", "refs/cc-orchestrator/recovery/TASK-1/").trim() || null;
    },
    60_000,
  );
  expect(git("show", `${saved}:greet.js`)).toContain("bonjour");
  expect(github.pulls(repo)).toHaveLength(1);
  expect(github.pulls(repo)[0]?.headSha).toBe(head);
  await until("nothing left to send", () => (readdirSync(join(of.home, "unpushed")).length === 0 ? true : null));
  expect(await world.taskOf(issue, hasEnded, "the task as it was")).toMatchObject({ status: "in_review" });
  expect(github.violations).toEqual([]);
});
