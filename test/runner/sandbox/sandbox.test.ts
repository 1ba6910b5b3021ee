import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sandboxCommand } from "#runner/sandbox/command.ts";
import { availableSandboxes, detectSandbox } from "#runner/sandbox/detect.ts";
import { markedEnvironment, SANDBOX_TITLES, type SandboxPlan } from "#runner/sandbox/plan.ts";
import { planSandbox } from "#runner/sandbox/plan-sandbox.ts";
import { runCommand } from "#runner/sandbox/run.ts";

const kinds = await availableSandboxes();
const walls = kinds.filter((kind) => kind !== "none");

let home = "";
const inHome = (...names: string[]) => join(home, ...names);

beforeAll(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "cco-sandbox-")));
  for (const folder of ["worktrees/1", "worktrees/2", "mirror/objects", "config"])
    mkdirSync(inHome(folder), { recursive: true });
  writeFileSync(inHome("credential"), "secret-of-the-runner");
  writeFileSync(inHome("worktrees/2/file"), "work-of-another-task");
  writeFileSync(inHome("mirror/objects/pack"), "shared-object");
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function inside(kind: (typeof kinds)[number], command: string) {
  const sandbox: SandboxPlan = await planSandbox({
    kind,
    run: `sandbox-${process.pid}`,
    runnerHome: home,
    writable: [inHome("worktrees/1"), inHome("config")],
    readable: [inHome("mirror")],
  });
  const env = { PATH: process.env.PATH ?? "", HOME: inHome("config") };
  return runCommand({ command, cwd: inHome("worktrees/1"), env, sandbox, timeoutMs: 20_000 });
}

test("the sandbox is the best that really works on this machine, and its title says when there is none (S21)", async () => {
  expect(await detectSandbox()).toBe(kinds[0]);
  expect(kinds.at(-1)).toBe("none");
  expect(SANDBOX_TITLES.none).toBe("unsandboxed");
});

describe.each(walls)("inside %s", (kind) => {
  test("the worktree, Claude's configuration and /tmp can be written, the mirror be read (S21)", async () => {
    const result = await inside(
      kind,
      `pwd; echo a > a && echo b > ../../config/b && echo c > /tmp/c && mkfifo /tmp/d && cat /tmp/c ${inHome("mirror/objects/pack")}`,
    );
    expect(result.output).toBe(`${inHome("worktrees/1")}\nc\nshared-object`);
    expect(readFileSync(inHome("worktrees/1/a"), "utf8")).toBe("a\n");
    expect(readFileSync(inHome("config/b"), "utf8")).toBe("b\n");
  });

  test("the runner's folder, other tasks and homes are not there (S21)", async () => {
    const result = await inside(
      kind,
      `ls -A ${home} ${inHome("worktrees")} /root /home; cat ${inHome("credential")} ${inHome("worktrees/2/file")}`,
    );
    expect(result.output).not.toContain("secret");
    expect(result.output).not.toContain("work-of-another-task");
    expect(result.output).toMatch(/config\nmirror\nworktrees\n/);
    expect(result.output).toMatch(/worktrees:\n1\n/);
  });

  test("nothing else can be written: not the system, not the mirror, not the kernel's settings", async () => {
    const targets = ["/etc/cco", "/usr/cco", "/var/cco", "/mnt/cco", inHome("mirror/cco")];
    const attempts = targets.map((path) => `touch ${path} 2>/dev/null && echo wrote ${path}`);
    // With its own value, lest a hole in the wall changes this machine.
    const setting = "/proc/sys/kernel/core_pattern";
    attempts.push(`value=$(cat ${setting}); (echo "$value" > ${setting}) 2>/dev/null && echo wrote ${setting}`);
    const result = await inside(kind, `${attempts.join("\n")}\necho end`);
    expect(result.output).toBe("end\n");
  });

  test("processes outside cannot be seen, read or signalled, nor the walls be taken down", async () => {
    const result = await inside(
      kind,
      `ls /proc | grep -c '^[0-9]'; cat /proc/${process.pid}/environ; kill -0 ${process.pid} && echo signalled; umount ${home} && echo unmounted; mount -t tmpfs x /mnt && echo mounted; ls /dev/vda* /dev/sda* /dev/mem 2>/dev/null; ls -A /run; true`,
    );
    const [count, ...rest] = result.output.split("\n");
    expect(Number(count)).toBeLessThan(8);
    expect(rest.join("\n")).not.toMatch(/signalled|unmounted|mounted|\/dev\/|docker|tmux/);
    expect(result.output).not.toContain("PATH=");
  });

  test("a folder's own text never becomes a command or an option", async () => {
    const name = "$(touch hacked) `id` -- ;'\"\n x";
    const folder = inHome("worktrees/1", name);
    mkdirSync(folder, { recursive: true });
    const sandbox = { kind, run: `sandbox-${process.pid}`, hidden: [home], readable: [], writable: [] };
    const result = await runCommand({
      command: "pwd; ls -A . ..",
      cwd: folder,
      env: { PATH: process.env.PATH ?? "" },
      sandbox,
      timeoutMs: 20_000,
    });
    expect(result.output).toMatch(/^.*\$\(touch hacked\) `id`/);
    expect(result.output).not.toMatch(/^hacked/m);
  });

  test("takes little time to make", async () => {
    const result = await inside(kind, "true");
    expect(result.durationMs).toBeLessThan(2_000);
  });
});

test("what is to be written must exist, and every path be absolute", () => {
  const plan: SandboxPlan = {
    kind: "bubblewrap",
    run: "run-1",
    hidden: [],
    readable: [],
    writable: ["/missing/folder"],
  };
  expect(() => sandboxCommand(plan, ["true"], "/")).toThrow("/missing/folder");
  expect(() => sandboxCommand({ ...plan, writable: ["relative"] }, ["true"], "/")).toThrow("absolute");
});

test("a run's mark is simple text", () => {
  const plan: SandboxPlan = { kind: "none", run: "a\0b", hidden: [], readable: [], writable: [] };
  expect(() => markedEnvironment(plan, {})).toThrow("cannot mark a run");
  expect(markedEnvironment({ ...plan, run: "run-7" }, { A: "b" })).toEqual({ A: "b", CC_ORCHESTRATOR_RUN: "run-7" });
});
