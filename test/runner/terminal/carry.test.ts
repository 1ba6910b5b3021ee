import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sandboxCommand } from "#runner/sandbox/command.ts";
import { availableSandboxes } from "#runner/sandbox/detect.ts";
import { markedEnvironment } from "#runner/sandbox/plan.ts";
import { carryInstance } from "#runner/terminal/carry.ts";
import { exitOf, recordExit } from "#runner/terminal/exit.ts";
import { readIdentity } from "#runner/terminal/identity.ts";
import type { Launch } from "#runner/terminal/launch-file.ts";
import { DEFAULT_LIMITS, type Limits } from "#runner/terminal/limits.ts";
import { endMailbox, makeMailbox, postLine } from "#runner/terminal/mailbox.ts";
import { outOfMemoryKills } from "#runner/terminal/oom.ts";
import { until } from "./until.ts";
import { aWorld, processesIn } from "./world.ts";

const kinds = await availableSandboxes();

/** What the launcher does, in this very process: no tmux, no program of its own. */
function carried(program: {
  sh: string;
  kind?: (typeof kinds)[number];
  command?: string[];
  limits?: Partial<Limits>;
  blind?: boolean;
}) {
  const world = aWorld();
  const spec = world.spec(program);
  mkdirSync(spec.folder, { recursive: true });
  makeMailbox(spec.folder);
  const launch: Launch = {
    command: program.command ?? sandboxCommand(spec.sandbox, spec.argv, spec.cwd),
    env: markedEnvironment(spec.sandbox, spec.env),
    cwd: spec.cwd,
    run: spec.sandbox.run,
    sandboxed: spec.sandbox.kind !== "none",
    columns: 80,
    limits: { ...DEFAULT_LIMITS, ...program.limits },
  };
  writeFileSync(join(spec.folder, "launch.json"), JSON.stringify(launch));
  const screen = { text: "", write: (text: string) => (screen.text += text), columns: () => 80 };
  const instance = carryInstance(spec.folder, screen, async () => {
    if (program.blind === true) throw new Error("no view");
    return (line) => [line];
  });
  const output = () => readFileSync(join(spec.folder, "out.jsonl"), "utf8");
  return { ...instance, world, screen, output, folder: spec.folder };
}

test("the agent gets its mail, its output is shown, its end is recorded once", async () => {
  const { exit, screen, output, folder } = carried({ sh: "cat; echo oops >&2; exit 4" });
  postLine(folder, "one");
  postLine(folder, "two");
  endMailbox(folder);
  endMailbox(folder);
  expect(await exit).toMatchObject({ code: 4, signal: null, reason: "exited" });
  expect(output()).toBe("one\ntwo\n");
  expect(screen.text).toBe("one\ntwo\n");
  expect(readFileSync(join(folder, "err.log"), "utf8")).toBe("oops\n");
  expect(recordExit(folder, exitOf(0, null, new Date()))).toMatchObject({ code: 4 });
});

test.each(kinds)(
  "when its terminal hangs up, an agent in %s that ignores it dies with all it started",
  async (kind) => {
    const { exit, hangUp, output, world } = carried({
      kind,
      sh: "trap '' HUP TERM; setsid sleep 1000 & echo ready; sleep 1000",
    });
    await until(() => output() !== "");
    hangUp();
    expect(await exit).toMatchObject({ signal: "SIGKILL", reason: "terminal_lost" });
    expect(processesIn(world.worktree)).toEqual([]);
  },
);

test.each(kinds)("a launcher that is asked to end asks its agent in %s", async (kind) => {
  const { exit, terminate, output } = carried({
    kind,
    sh: "trap 'exit 9' TERM; echo ready; while :; do sleep 0.01; done",
  });
  await until(() => output() !== "");
  terminate();
  expect(await exit).toMatchObject({ code: 9, reason: "exited" });
});

test("an agent that writes without end is ended, and the reason kept (F44)", async () => {
  const { exit, folder } = carried({ sh: "while :; do echo xxxxxxxxxxxxxxxx; done", limits: { outputBytes: 100_000 } });
  expect(await exit).toMatchObject({ signal: "SIGKILL", reason: "killed", stopped: "output_limit" });
  expect(readFileSync(join(folder, "out.jsonl"), "utf8").length).toBeGreaterThan(100_000);
});

test.each(kinds)("a fork bomb in %s is ended with everything it made, and the reason kept (F45)", async (kind) => {
  // Bounded, for there are other people on this machine; the limit is far below the bound.
  const bomb = "trap '' TERM INT; i=0; while [ $i -lt 300 ]; do setsid sleep 1000 & i=$((i+1)); done; sleep 1000";
  const started = performance.now();
  const { exit, world } = carried({ kind, sh: bomb, limits: { processes: 100 } });
  expect(await exit).toMatchObject({ signal: "SIGKILL", stopped: "process_limit" });
  expect(performance.now() - started).toBeLessThan(15_000);
  expect(processesIn(world.worktree)).toEqual([]);
});

test("an agent that takes more memory than it may is ended, and the reason kept (F47)", async () => {
  const { exit } = carried({ sh: "sleep 1000 & sleep 1000", limits: { memoryBytes: 100_000 } });
  expect(await exit).toMatchObject({ signal: "SIGKILL", stopped: "memory_limit" });
});

test("an agent over a limit is interrupted first, so that it can end in peace; the reason is kept", async () => {
  const sh = "trap 'echo interrupted; exit 7' INT; sleep 1000 & sleep 1000 & sleep 1000 & while :; do sleep 0.05; done";
  const { exit, output } = carried({ sh, limits: { processes: 4 } });
  expect(await exit).toMatchObject({ code: 7, reason: "exited", stopped: "process_limit" });
  expect(output()).toContain("interrupted");
});

test("an agent whose output cannot be shown runs all the same", async () => {
  const { exit, screen } = carried({ sh: "echo shown; exit 3", blind: true });
  expect(await exit).toMatchObject({ code: 3 });
  expect(screen.text).toContain("cannot be shown");
});

test("the agent is what the kernel kills first when memory runs out, and it leaves no core dump (F47, S46)", async () => {
  const { exit, output } = carried({ sh: "cat /proc/self/oom_score_adj" });
  await exit;
  expect(output()).toBe("500\n");
  expect(readFileSync("/proc/self/oom_score_adj", "utf8")).not.toBe("500\n");
  expect(outOfMemoryKills()).toBeGreaterThanOrEqual(0);
  const world = aWorld();
  const spec = world.spec({ sh: "ulimit -c; ulimit -Hc" });
  await (await world.terminals.start(spec)).exited;
  expect(readFileSync(join(spec.folder, "out.jsonl"), "utf8")).toBe("0\n0\n");
});

test("an agent that cannot be started ends with 127 and the reason in its error log", async () => {
  const { exit, folder } = carried({ sh: "", command: ["/missing/claude"] });
  expect(await exit).toMatchObject({ code: 127, reason: "exited" });
  expect(readFileSync(join(folder, "err.log"), "utf8")).toContain("could not be started");
  expect(readIdentity(folder)?.root.pid).toBe(0);
});

test("mail for an agent that no longer reads stays, and does not keep it from ending", async () => {
  const { exit, folder } = carried({ sh: "exec <&-; echo closed; sleep 0.2; exit 2" });
  for (let at = 0; at < 3; at += 1) postLine(folder, "x".repeat(200_000));
  expect(await exit).toMatchObject({ code: 2 });
  expect(() => postLine(folder, "two\nlines")).toThrow("one line");
});

test("an exit is told the same way, whoever saw the signal", () => {
  const now = new Date(0);
  const at = now.toISOString();
  expect(exitOf(null, "SIGTERM", now)).toEqual({ code: 143, signal: "SIGTERM", reason: "killed", at });
  expect(exitOf(143, null, now)).toEqual({ code: 143, signal: "SIGTERM", reason: "killed", at });
  expect(exitOf(0, null, now)).toEqual({ code: 0, signal: null, reason: "exited", at });
  expect(exitOf(255, null, now)).toEqual({ code: 255, signal: null, reason: "exited", at });
});
