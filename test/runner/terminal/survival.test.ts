import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { availableSandboxes } from "#runner/sandbox/detect.ts";
import { readProcess } from "#runner/sandbox/processes.ts";
import { readIdentity } from "#runner/terminal/identity.ts";
import { DEFAULT_LIMITS } from "#runner/terminal/limits.ts";
import { deliveredLines } from "#runner/terminal/mailbox.ts";
import { openTerminals, type TerminalSpec } from "#runner/terminal/terminals.ts";
import { until } from "./until.ts";
import { aWorld, processesIn, type World } from "./world.ts";

const kinds = await availableSandboxes();
const [best = "none"] = kinds;
const output = (spec: TerminalSpec) => {
  const path = join(spec.folder, "out.jsonl");
  return existsSync(path) ? readFileSync(path, "utf8") : "";
};

/** Starts an instance from a runner process of its own, and kills that runner with its process group. */
async function startedByARunnerThatWasKilled(world: World, spec: TerminalSpec): Promise<number> {
  const starter = join(import.meta.dirname, "starter.ts");
  const runner = execa(process.execPath, [starter, world.home, JSON.stringify(spec)], {
    reject: false,
    detached: true,
  });
  let pid = "";
  runner.stdout.on("data", (chunk: Buffer) => {
    pid += String(chunk);
  });
  await until(() => pid.endsWith("\n") && output(spec) !== "", 20_000);
  process.kill(-(runner.pid ?? 0), "SIGKILL");
  await runner;
  return Number(pid);
}

describe.each(kinds)("with sandbox %s", (kind) => {
  test("an instance outlives its runner, and the next one adopts it: same process, nothing lost or doubled (F02, F50)", async () => {
    const world = aWorld();
    const spec = world.spec({ kind, sh: "echo ready; cat; exit 5" });
    const pid = await startedByARunnerThatWasKilled(world, spec);

    const next = openTerminals({ home: world.home });
    const terminal = await next.adopt(spec.name, spec.folder);
    expect((await terminal?.tree())?.pid).toBe(pid);
    await terminal?.send("1");
    await next.close();

    const third = await world.terminals.adopt(spec.name, spec.folder);
    await third?.send("2");
    await third?.end();
    expect(await third?.exited).toMatchObject({ code: 5, reason: "exited" });
    expect(output(spec)).toBe("ready\n1\n2\n");
    expect(deliveredLines(spec.folder)).toEqual(["1", "2"]);
  });

  test("an instance that ends while no runner is there is found with its exit", async () => {
    const world = aWorld();
    const spec = world.spec({ kind, sh: "echo ready; cat; exit 6" });
    await startedByARunnerThatWasKilled(world, spec);
    writeFileSync(join(spec.folder, "in", "end"), "");
    await until(() => existsSync(join(spec.folder, "exit.json")));
    const terminal = await world.terminals.adopt(spec.name, spec.folder);
    expect(await terminal?.exited).toMatchObject({ code: 6, reason: "exited" });
    expect(await terminal?.stop("late", { interruptMs: 1, termMs: 1 })).toMatchObject({ code: 6 });
  });

  test("when the tmux server is killed the whole tree dies and the loss is recorded (F03)", async () => {
    const world = aWorld();
    const spec = world.spec({ kind, sh: "trap '' HUP TERM INT; sleep 1000 & echo ready; sleep 1000" });
    const terminal = await world.terminals.start(spec);
    await until(() => output(spec) !== "");
    const launcher = readIdentity(spec.folder)?.pid ?? 0;
    const server = Number(readFileSync(`/proc/${launcher}/stat`, "utf8").split(") ")[1]?.split(" ")[1]);
    expect(readFileSync(`/proc/${server}/comm`, "utf8")).toContain("tmux");
    process.kill(server, "SIGKILL");
    expect(await terminal.exited).toMatchObject({ reason: "terminal_lost" });
    expect(processesIn(world.worktree)).toEqual([]);
    expect(await world.terminals.list()).toEqual([]);
    await terminal.remove();
  });

  test("when the program in the terminal is killed its agent dies with it (F04)", async () => {
    const world = aWorld();
    const spec = world.spec({ kind, sh: "trap '' HUP TERM INT; sleep 1000 & echo ready; sleep 1000" });
    const terminal = await world.terminals.start(spec);
    await until(() => output(spec) !== "");
    process.kill(readIdentity(spec.folder)?.pid ?? 0, "SIGKILL");
    expect(await terminal.exited).toMatchObject({ signal: "SIGKILL", reason: "killed" });
    expect(processesIn(world.worktree)).toEqual([]);
  });

  test("when the agent is killed that is what is recorded, and nothing of it stays (F04)", async () => {
    const world = aWorld();
    const spec = world.spec({ kind, sh: "setsid sleep 1000 & echo ready; sleep 1000" });
    const terminal = await world.terminals.start(spec);
    await until(() => output(spec) !== "");
    process.kill((await terminal.tree()).pid ?? 0, "SIGKILL");
    const exit = await terminal.exited;
    expect(exit).toMatchObject({ code: 137, signal: "SIGKILL", reason: "killed" });
    expect(exit.oom).toBeUndefined();
    expect(processesIn(world.worktree)).toEqual([]);
  });

  test("200 children that all ignore signals and leave their sessions are gone after a stop (F45)", async () => {
    const world = aWorld();
    const child = 'trap "" TERM INT HUP; setsid sleep 1000 & sleep 1000';
    const spec = world.spec({
      kind,
      sh: `i=0; while [ $i -lt 100 ]; do sh -c '${child}' & i=$((i+1)); done; echo ready; wait`,
    });
    const terminal = await world.terminals.start(spec);
    await until(() => output(spec) !== "");
    await until(async () => (await terminal.tree()).processes > 200);
    const started = performance.now();
    await terminal.stop("cancelled", { interruptMs: 50, termMs: 50 });
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(processesIn(world.worktree)).toEqual([]);
  });

  test("children that are born while everything is being killed do not get away (F48)", async () => {
    const world = aWorld();
    // Each loop waits for its child, so there are never many at once, but there is always a new one.
    const breed = "while :; do setsid sh -c 'sleep 0.02'; done";
    const sh = `trap "" TERM INT HUP; for i in 1 2 3 4; do ${breed} & done; echo ready; sleep 1000`;
    const spec = world.spec({ kind, sh });
    const terminal = await world.terminals.start(spec);
    await until(() => output(spec) !== "");
    await terminal.stop("cancelled", { interruptMs: 50, termMs: 50 });
    expect(processesIn(world.worktree)).toEqual([]);
  });
});

test("a launcher that hangs does not keep its instance alive", async () => {
  const world = aWorld();
  const spec = world.spec({ kind: best, sh: "trap '' TERM INT; echo ready; sleep 1000" });
  const terminal = await world.terminals.start(spec);
  await until(() => output(spec) !== "");
  process.kill(readIdentity(spec.folder)?.pid ?? 0, "SIGSTOP");
  const exit = await terminal.stop("cancelled", { interruptMs: 10, termMs: 10 });
  expect(exit).toMatchObject({ reason: "killed", stopped: "cancelled" });
  expect(processesIn(world.worktree)).toEqual([]);
});

test("a pid from before a reboot is never trusted (F06)", async () => {
  const world = aWorld();
  const spec = world.spec({ sh: "true" });
  const witness = execa("sleep", ["1000"], { reject: false });
  mkdirSync(join(spec.folder, "in", "done"), { recursive: true });
  const launch = {
    command: ["true"],
    env: {},
    cwd: world.worktree,
    run: spec.sandbox.run,
    sandboxed: false,
    columns: 80,
    limits: DEFAULT_LIMITS,
  };
  writeFileSync(join(spec.folder, "launch.json"), JSON.stringify(launch));
  const startTime = readFileSync(`/proc/${witness.pid}/stat`, "utf8").split(") ")[1]?.split(" ")[19];
  const self = { pid: witness.pid, startTime };
  writeFileSync(join(spec.folder, "pid.json"), JSON.stringify({ ...self, root: self, bootId: "another boot" }));
  const terminal = await world.terminals.adopt(spec.name, spec.folder);
  expect(await terminal?.exited).toMatchObject({ reason: "terminal_lost" });
  expect(readProcess(witness.pid ?? 0)).not.toBe(null);
  witness.kill("SIGKILL");
  await witness;
});

test("what was never started cannot be adopted, and what was cannot be started again", async () => {
  const world = aWorld();
  const spec = world.spec({ sh: "exit 0", kind: best });
  expect(await world.terminals.adopt(spec.name, spec.folder)).toBe(null);
  const terminal = await world.terminals.start(spec);
  await terminal.exited;
  await expect(world.terminals.start(spec)).rejects.toThrow("has been used");
  await expect(world.terminals.start({ ...spec, folder: join(world.home, "other") })).rejects.toThrow(
    "a terminal named",
  );
});

test("a folder that is removed under a living instance does not hide its end", async () => {
  const world = aWorld();
  const spec = world.spec({ sh: "echo ready; sleep 1000" });
  const terminal = await world.terminals.start(spec);
  await until(() => output(spec) !== "");
  rmSync(spec.folder, { recursive: true });
  await world.terminals.killServer();
  expect(await terminal.exited).toMatchObject({ reason: "terminal_lost" });
  await until(() => processesIn(world.worktree).length === 0);
});
