import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noGitHub } from "#local/no-github.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { approveTask } from "#operations/approve-task.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import { claimRun } from "#operations/claim-run.ts";
import { createLocalTask } from "#operations/create-local-task.ts";
import { editTask } from "#operations/edit-task.ts";
import { followTask } from "#operations/follow-task.ts";
import { removeTask } from "#operations/remove-task.ts";
import { retryTask } from "#operations/retry-task.ts";
import { sayToTask } from "#operations/say-to-task.ts";
import { listTasks, showTask } from "#operations/show-tasks.ts";
import { type Bench, openBench, pushed, reports, succeeded } from "./bench.ts";

let bench: Bench;
let folder: string;
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=Mona", "-c", "user.email=m@example.com", ...args], { cwd: folder });

beforeEach(() => {
  bench = openBench(noGitHub());
  folder = mkdtempSync(join(tmpdir(), "cco-local-"));
  git("init", "--quiet", "--initial-branch=trunk");
  git("commit", "--quiet", "--allow-empty", "-m", "Begin");
});
afterEach(() => {
  bench.close();
  rmSync(folder, { recursive: true, force: true });
});

const wish = (more: object = {}) => ({ folder, title: "Greet in French", by: "mona", ...more });
const create = (more: object = {}) => createLocalTask(bench.world, wish(more));
const refusal = (status: number, code: string) =>
  expect.objectContaining({ problem: expect.objectContaining({ status, code }) });

describe("a task of a repository on this machine", () => {
  it("waits until somebody starts it, then goes only to a runner of this machine", async () => {
    const task = await create();
    expect(task).toMatchObject({
      status: "waiting",
      reason: { code: "not_started" },
      folder,
      base: "trunk",
      issue: null,
    });
    retryTask(bench.world, task.name);
    const far = bench.addRunner({ name: "far" });
    expect(claimRun(bench.world, far, 1)).toBeNull();
    const near = bench.addRunner({ name: "near", labels: ["local"] });
    expect(claimRun(bench.world, near, 1)).toMatchObject({ task: task.name, cloneUrl: folder, baseBranch: "trunk" });
  });

  it("takes the policy of the branch, or of the working copy while that has none; its wish comes before it", async () => {
    mkdirSync(join(folder, ".github"));
    const file = join(folder, ".github/cc-orchestrator.yml");
    writeFileSync(file, "model: sonnet\nbranch: work/{title}\nruns_on: [gpu]\nlimits: {usd: 4}\n");
    const lying = await create();
    expect(bench.store.tasks.get(lying.id)).toMatchObject({
      branch: "work/greet-in-french",
      policy: { model: "sonnet", runs_on: ["local"], limits: { usd: 4 } },
    });
    git("add", "--all");
    git("commit", "--quiet", "-m", "Say how");
    writeFileSync(file, "model: haiku\n");
    const committed = await create({ usd: 2, branch: "feature/x" });
    expect(bench.store.tasks.get(committed.id)).toMatchObject({
      branch: "feature/x",
      policy: { model: "sonnet", limits: { usd: 2 } },
    });
  });

  it.each([
    { more: { folder: "/nowhere" }, code: "no_checkout" },
    { more: { folder: tmpdir() }, code: "no_checkout" },
    { more: { base: "gone" }, code: "no_base" },
    { more: { branch: "trunk" }, code: "branch_taken" },
    { more: { branch: "--upload-pack=x" }, code: "branch_name" },
  ])("is refused with $code for $more", async ({ more, code }) => {
    await expect(create(more)).rejects.toEqual(refusal(422, code));
    expect(listTasks(bench.world, {})).toEqual([]);
  });

  it("is refused while its policy cannot be read, or nothing is checked out", async () => {
    git("checkout", "--quiet", "--detach");
    await expect(create()).rejects.toEqual(refusal(422, "no_base"));
    git("checkout", "--quiet", "trunk");
    mkdirSync(join(folder, ".github"));
    writeFileSync(join(folder, ".github/cc-orchestrator.yml"), "verfy: [x]\n");
    await expect(create()).rejects.toEqual(refusal(422, "policy_broken"));
  });

  it("waits for the tasks that it needs", async () => {
    const first = await create({ run: true });
    const second = await create({ run: true, needs: [first.name] });
    expect(second).toMatchObject({
      status: "blocked",
      reason: { sentence: `Waits for ${first.name} (Greet in French).` },
    });
    const runner = bench.addRunner({ labels: ["local"], slots: 2 });
    expect(claimRun(bench.world, runner, 2)).toMatchObject({ task: first.name });
    expect(claimRun(bench.world, runner, 2)).toBeNull();
    const [run] = bench.store.runs.ofTask(first.id);
    if (run === undefined) throw new Error("no run");
    bench.store.runs.update({ ...run, status: "completed", conclusion: "success" });
    expect(claimRun(bench.world, runner, 2)).toMatchObject({ task: second.name });
  });

  it("starts from the branch of the one task that it needs, until that is merged", async () => {
    const near = bench.addRunner({ labels: ["local"], slots: 9 });
    const worked = async (branch: string) => {
      const { name } = await create({ run: true, branch });
      const { runId, epoch } = bench.claim(near);
      applyReports(bench.world, near, runId, epoch, reports([pushed("a".repeat(40), branch), succeeded]));
      return name;
    };
    const first = await worked("feature/first");
    const base = async (...needs: string[]) => {
      await create({ run: true, needs });
      return bench.claim(near).baseBranch;
    };
    expect(await base(first)).toBe("feature/first");
    // Which of two it would be is not for us to say.
    expect(await base(first, await worked("feature/second"))).toBe("trunk");
    const [run] = bench.store.runs.ofTask(1);
    const task = bench.store.tasks.get(1);
    if (task === null || run === undefined) throw new Error("The first task is gone.");
    bench.store.tasks.update({ ...task, merged: { afterRun: run.id, into: "trunk" } });
    expect(await base(first)).toBe("trunk");
  });

  it("can be changed until its next run, and be forgotten once it has ended", async () => {
    const { name, id } = await create({ run: true });
    editTask(bench.world, name, { title: "Greet in German", priority: "high", usd: 3 });
    expect(showTask(bench.world, name)).toMatchObject({ title: "Greet in German", priority: "high" });
    await expect(removeTask(bench.world, name)).rejects.toEqual(refusal(409, "not_ended"));
    cancelTask(bench.world, name, "mona");
    expect(() => cancelTask(bench.world, name, "mona")).toThrow("TASK-1 has nothing to stop: it has ended.");
    await removeTask(bench.world, name);
    expect(bench.store.tasks.get(id)).toBeNull();
    expect(bench.store.runs.ofTask(id)).toEqual([]);
  });
});

describe("a task that rests is given up when its owner says so, and begun again", () => {
  it("before its first run", async () => {
    const { name } = await create();
    cancelTask(bench.world, name, "mona");
    expect(showTask(bench.world, name)).toMatchObject({ status: "completed", conclusion: "cancelled" });
    retryTask(bench.world, name);
    expect(showTask(bench.world, name)).toMatchObject({ status: "queued" });
  });

  it("when its branch waits to be merged", async () => {
    const { name, branch } = await create({ run: true });
    const near = bench.addRunner({ name: "near", labels: ["local"] });
    const { runId, epoch } = bench.claim(near);
    applyReports(bench.world, near, runId, epoch, reports([pushed("a".repeat(40), branch ?? ""), succeeded]));
    expect(showTask(bench.world, name)).toMatchObject({ status: "in_review" });
    cancelTask(bench.world, name, "mona");
    expect(showTask(bench.world, name)).toMatchObject({
      status: "completed",
      conclusion: "cancelled",
      reason: { sentence: "Stopped by mona: cancelled." },
    });
    expect(() => cancelTask(bench.world, name, "mona")).toThrow("it has ended");
  });
});

it("a task of this machine that ended goes on in its session when somebody says so, and names no way over an issue", async () => {
  const { name } = await create();
  retryTask(bench.world, name);
  const near = bench.addRunner({ name: "near", labels: ["local"] });
  const { runId, epoch, sessionId } = bench.claim(near);
  const started = { sessionId, claudeVersion: "2", model: "m", sandbox: "none", attach: "tmux" } as const;
  const reason = { code: "hook_stopped", sentence: "A hook stopped Claude." };
  applyReports(
    bench.world,
    near,
    runId,
    epoch,
    reports([
      { kind: "started", ...started },
      { kind: "completed", conclusion: "failure", reason, summary: "" },
    ]),
  );
  expect(showTask(bench.world, name).reason?.advice).toBe(
    "`/claude retry` tries again with a fresh session, `/claude continue` goes on in the same session.",
  );
  await followTask(bench.world, name, "continue", "mona");
  expect(bench.claim(near)).toMatchObject({ purpose: "continue", resume: true, sessionId });
});

it("begins with a plan where that is wished: it waits without a branch, is changed, approved and carried out", async () => {
  const { name } = await create({ plan: true, run: true });
  const near = bench.addRunner({ name: "near", labels: ["local"] });
  const thePlan = { kind: "completed", conclusion: "success", summary: "1. Greet." } as const;
  const planned = () => {
    const offer = bench.claim(near);
    applyReports(bench.world, near, offer.runId, offer.epoch, reports([thePlan]));
    return offer;
  };
  const { purpose, sessionId } = planned();
  expect(purpose).toBe("plan");
  expect(showTask(bench.world, name)).toMatchObject({
    status: "waiting",
    reason: { code: "plan_waits" },
    branch: expect.any(String),
  });
  sayToTask(bench.world, name, { by: "mona", text: "In Danish." });
  expect(planned().prompt).toContain("In Danish.");
  approveTask(bench.world, name, "mona");
  expect(bench.claim(near)).toMatchObject({ purpose: "implement", resume: true, sessionId });
  const stopped = await create({ plan: true, run: true });
  planned();
  cancelTask(bench.world, stopped.name, "mona");
  expect(showTask(bench.world, stopped.name)).toMatchObject({ status: "completed", conclusion: "cancelled" });
});
