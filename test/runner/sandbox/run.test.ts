import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { availableSandboxes } from "#runner/sandbox/detect.ts";
import { openOutputTail, plainText } from "#runner/sandbox/output-tail.ts";
import type { SandboxKind } from "#runner/sandbox/plan.ts";
import { runCommand } from "#runner/sandbox/run.ts";
import { processesIn } from "#test/runner/terminal/world.ts";

const kinds = await availableSandboxes();
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) {
    expect(processesIn(folder)).toEqual([]);
    rmSync(folder, { recursive: true, force: true });
  }
});

function aCommand(kind: SandboxKind, command: string) {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), "cco-command-")));
  folders.push(cwd);
  const sandbox = { kind, run: `command-${process.pid}`, hidden: [], readable: [], writable: [cwd] };
  return { command, cwd, env: { PATH: process.env.PATH ?? "", GREETING: "hello" }, sandbox, timeoutMs: 10_000 };
}

describe.each(kinds)("a command of the repository with sandbox %s", (kind) => {
  test("runs in the worktree with the given environment and nothing else of ours (S20)", async () => {
    const result = await runCommand(
      aCommand(kind, "echo $GREETING > file; cat file; env | cut -d= -f1 | sort; exit 3"),
    );
    expect(result).toMatchObject({ code: 3, timedOut: false });
    const inherited = ["CC_ORCHESTRATOR_RUN", "GREETING", "OLDPWD", "PATH", "PWD", "SHLVL", "_"];
    const [greeting, ...names] = result.output.trim().split("\n");
    expect(greeting).toBe("hello");
    expect(names.filter((name) => !inherited.includes(name))).toEqual([]);
  });

  test("is killed with all its children when its time is over", async () => {
    const command = "trap '' TERM INT; echo started; (setsid sleep 1000 &) ; sleep 1000 & sleep 1000";
    const result = await runCommand({ ...aCommand(kind, command), timeoutMs: 300 });
    expect(result).toMatchObject({ code: null, timedOut: true, output: "started\n" });
    expect(result.durationMs).toBeLessThan(3_000);
  });

  test("does not wait for what it left running, and leaves it not running", async () => {
    const result = await runCommand(aCommand(kind, "sleep 1000 & echo done"));
    expect(result).toMatchObject({ code: 0, output: "done\n" });
    expect(result.durationMs).toBeLessThan(3_000);
  });

  test("can be cancelled", async () => {
    const cancel = new AbortController();
    const running = runCommand({ ...aCommand(kind, "sleep 1000"), cancel: cancel.signal });
    cancel.abort();
    expect(await running).toMatchObject({ code: null, timedOut: false });
  });

  test("keeps the end of a long output, and says what is missing", async () => {
    const result = await runCommand({ ...aCommand(kind, "seq 1 200000"), outputLimitBytes: 1_000 });
    const lines = result.output.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^… \d+ lines left out …$/);
    expect(lines.at(-1)).toBe("200000");
    expect(lines.length - 1 + Number(/\d+/.exec(lines[0] ?? "")?.[0])).toBe(200_000);
    expect(Buffer.byteLength(result.output)).toBeLessThan(1_100);
  });
});

test("a command that cannot start says why", async () => {
  const command = aCommand("none", "true");
  const result = await runCommand({ ...command, cwd: join(command.cwd, "missing") });
  expect(result.code).toBe(127);
  expect(result.output).toContain("could not be started");
});

test("output is plain text: no colours, titles or links, and progress as it stood last", () => {
  const text =
    "\u001b[31mred\u001b[0m \u001b]0;title\u0007\u001b]8;;javascript:1\u001b\\link\u001b]8;;\u001b\\\r\n10%\r20%\r\ndone\u0007\u009b31m";
  expect(plainText(text)).toBe("red link\n20%\ndone31m");
});

test("one endless line costs no more than the limit", () => {
  const tail = openOutputTail(1_000);
  for (let at = 0; at < 1_000; at += 1) tail.write(Buffer.alloc(10_000, "x"));
  expect(tail.text()).toBe(`… 9999000 bytes left out …\n${"x".repeat(1_000)}`);
});
