import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { planSandbox } from "#runner/sandbox/plan-sandbox.ts";
import { listProcesses, processesWithEnvironment, readProcess } from "#runner/sandbox/processes.ts";
import { listWithPs } from "#runner/sandbox/ps.ts";
import { see, signal, sweep, sweepRun } from "#runner/sandbox/sweep.ts";
import { findAgent, measureTrees, treeOf } from "#runner/sandbox/tree.ts";
import { until } from "#test/runner/terminal/until.ts";

const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const pid = child.pid ?? 0;
    await sweep(() => treeOf(pid), 5_000);
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
});

/** Other test files look for marks at the same time. */
const mark = (name: string) => `${process.pid}-${name}`;

/** A shell with two children, all bearing the mark. */
function aTree(run: string): number {
  const env = { PATH: process.env.PATH ?? "", CC_ORCHESTRATOR_RUN: run };
  const child = spawn("/bin/sh", ["-c", "sleep 1000 & sleep 1000 & wait"], { env, stdio: "ignore" });
  started.push(child);
  return child.pid ?? 0;
}

test("a tree is its root and all below it, measured in one pass", async () => {
  const root = aTree(mark("tree-1"));
  await until(() => treeOf(root).length === 3);
  const use = measureTrees([root, 999_999_999]);
  expect(use.get(root)?.processes).toBe(3);
  expect(use.get(root)?.rssBytes).toBeGreaterThan(100_000);
  expect(use.get(999_999_999)).toEqual({ processes: 0, rssBytes: 0, cpuMs: 0 });
  expect(findAgent(root, false)).toBe(root);
  expect(findAgent(999_999_999, true)).toBe(null);
});

test("ps tells of the same processes as /proc, for machines that have no /proc", async () => {
  const root = aTree(mark("tree-2"));
  await until(() => treeOf(root).length === 3);
  const [withPs] = listWithPs(["-p", String(root)]);
  expect(withPs).toMatchObject({ pid: root, parent: process.pid, hasTerminal: readProcess(root)?.hasTerminal });
  expect(withPs?.startTime).not.toBe("");
  expect(
    treeOf(root, listWithPs(["-ax"]))
      .map(({ pid }) => pid)
      .sort(),
  ).toEqual(
    treeOf(root)
      .map(({ pid }) => pid)
      .sort(),
  );
  expect(listWithPs(["-p", "999999999"])).toEqual([]);
});

test("a mark is found whole, never as the beginning of a longer one", async () => {
  const run = mark("run-1");
  const [one, ten, below] = [aTree(run), aTree(`${run}0`), aTree(`${run}/command-1`)];
  await until(() => [one, ten, below].every((root) => treeOf(root).length === 3));
  const marked = (below?: string) => processesWithEnvironment("CC_ORCHESTRATOR_RUN", run, below);
  expect(marked().sort()).toEqual(
    treeOf(one)
      .map(({ pid }) => pid)
      .sort(),
  );
  expect(marked("/").length).toBe(6);
  expect(await sweepRun(run, 5_000)).toEqual([]);
  expect([treeOf(one).length, treeOf(below).length, treeOf(ten).length]).toEqual([0, 0, 3]);
});

test("a pid that belongs to another process by now is not signalled", async () => {
  const root = aTree(mark("tree-3"));
  const real = see(root);
  expect(signal({ pid: root, startTime: "1" }, "SIGKILL")).toBe(false);
  expect(readProcess(root)).not.toBe(null);
  expect(real !== null && signal(real, "SIGKILL")).toBe(true);
  await until(() => readProcess(root) === null);
  expect(real !== null && signal(real, "SIGKILL")).toBe(false);
  expect(see(root)).toBe(null);
  await sweepRun(mark("tree-3"), 5_000);
});

test("what cannot be killed is reported in bounded time", async () => {
  // Process 1 of the machine, or what stands for it, with a start time that is not its own, is never hit.
  const immortal = { pid: 1, startTime: "never" };
  const before = performance.now();
  expect(await sweep(() => [immortal], 100)).toEqual([immortal]);
  expect(performance.now() - before).toBeLessThan(3_000);
});

test("looking at every process is quick", () => {
  const before = performance.now();
  expect(listProcesses().some(({ pid }) => pid === process.pid)).toBe(true);
  expect(performance.now() - before).toBeLessThan(500);
});

test("a plan hides homes and the runner's folder, and leaves toolchains on the PATH readable (S21)", async () => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "cco-plan-")));
  try {
    for (const folder of ["tools/bin", "tools/lib", "node_modules/.bin", "plain"])
      mkdirSync(join(home, folder), { recursive: true });
    const inHome = (name: string) => join(home, name);
    const path = [
      inHome("tools/bin"),
      inHome("node_modules/.bin"),
      inHome("plain"),
      inHome("missing"),
      home,
      "/usr/bin",
      ".",
    ].join(":");
    const plan = await planSandbox({
      run: "run-1",
      runnerHome: home,
      writable: [],
      path,
      kind: "none",
      allowHome: ["extra", "../../etc"],
    });
    expect(plan.hidden).toEqual(expect.arrayContaining(["/home", "/root", homedir(), home]));
    const inRunnerHome = plan.readable.filter((folder) => folder.startsWith(home));
    expect(inRunnerHome).toEqual([inHome("tools/bin"), inHome("tools/lib"), inHome("node_modules"), inHome("plain")]);
    expect(plan.readable).toContain(join(homedir(), "extra"));
    expect(plan.readable.every((folder) => folder.startsWith(homedir()) || folder.startsWith(home))).toBe(true);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
