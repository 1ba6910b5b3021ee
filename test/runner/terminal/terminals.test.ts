import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { availableSandboxes } from "#runner/sandbox/detect.ts";
import { until } from "./until.ts";
import { aWorld, processesIn } from "./world.ts";

const kinds = await availableSandboxes();
const read = (folder: string, name: string) => readFileSync(join(folder, name), "utf8");

describe.each(kinds)("a terminal with sandbox %s", (kind) => {
  test("runs a program and records its exit code, its output and its errors", async () => {
    const world = aWorld();
    const spec = world.spec({ kind, sh: "echo to stdout; echo to stderr >&2; pwd; exit 7" });
    const terminal = await world.terminals.start(spec);
    expect(await terminal.exited).toMatchObject({ code: 7, signal: null, reason: "exited" });
    expect(read(spec.folder, "out.jsonl")).toBe(`to stdout\n${world.worktree}\n`);
    expect(read(spec.folder, "err.log")).toBe("to stderr\n");
    await until(async () => (await world.terminals.list()).every(({ alive }) => !alive));
    expect(await world.terminals.list()).toEqual([{ name: "task-1", alive: false }]);
    await terminal.remove();
    expect(await world.terminals.list()).toEqual([]);
  });

  test("delivers messages once, in order, and then the end", async () => {
    const world = aWorld();
    const spec = world.spec({ kind, sh: "cat; echo end" });
    const terminal = await world.terminals.start(spec);
    const lines = Array.from({ length: 30 }, (_, at) => JSON.stringify({ at, text: "$(id) `x` \\n ü" }));
    for (const line of lines) await terminal.send(line);
    await terminal.end();
    await terminal.exited;
    expect(read(spec.folder, "out.jsonl")).toBe(`${lines.join("\n")}\nend\n`);
    await expect(terminal.send("late")).rejects.toThrow("input is closed");
  });

  test("kills an agent that ignores every polite signal, and all it started (F05)", async () => {
    const world = aWorld();
    const spec = world.spec({ kind, sh: "trap '' INT TERM HUP; sleep 1000 & echo ready; while :; do sleep 1; done" });
    const terminal = await world.terminals.start(spec);
    await until(() => read(spec.folder, "out.jsonl") !== "");
    expect((await terminal.tree()).processes).toBeGreaterThan(1);
    const exit = await terminal.stop("cancelled", { interruptMs: 200, termMs: 200 });
    expect(exit).toMatchObject({ signal: "SIGKILL", reason: "killed", stopped: "cancelled" });
    expect(await terminal.tree()).toEqual({ pid: null, rssBytes: 0, processes: 0, cpuMs: 0 });
  });

  test("interrupts the agent itself, through the sandbox", async () => {
    const world = aWorld();
    const spec = world.spec({
      kind,
      node: "process.on('SIGINT', () => process.exit(3)); console.log('ready'); setInterval(() => {}, 1000)",
    });
    const terminal = await world.terminals.start(spec);
    await until(() => read(spec.folder, "out.jsonl") !== "");
    await terminal.interrupt();
    expect(await terminal.exited).toMatchObject({ code: 3, reason: "exited" });
  });

  test("leaves no daemon behind that left its session, its parents and its environment (F46)", async () => {
    const world = aWorld();
    const daemon = join(world.worktree, "pid");
    const sh = `setsid sh -c 'env -i setsid sh -c "echo \\$\\$ > pid; exec sleep 1000" >/dev/null 2>&1 &' & wait; while [ ! -s pid ]; do sleep 0.05; done`;
    const terminal = await world.terminals.start(world.spec({ kind, sh }));
    await terminal.exited;
    expect(existsSync(daemon)).toBe(true);
    expect(processesIn(world.worktree)).toEqual([]);
  });
});
