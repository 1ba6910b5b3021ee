import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const setup = fileURLToPath(new URL("../scripts/with-setup.mjs", import.meta.url));
let bin = "";
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), "cc-setup-"));
});
afterEach(() => rmSync(bin, { recursive: true, force: true }));

/** Runs a command with set-up on a machine that has only these programs. */
function withOnly(programs: readonly string[], ...command: string[]) {
  for (const name of programs) {
    const found = spawnSync("sh", ["-c", 'command -v "$1"', "sh", name], { encoding: "utf8" }).stdout.trim();
    symlinkSync(found, join(bin, name));
  }
  return spawnSync(process.execPath, [setup, ...command], { env: { PATH: bin }, encoding: "utf8" });
}

test("without tmux, and without the means to install it, one line says what to install", () => {
  const { status, stderr } = withOnly(["git"], "true");
  expect(status).toBe(1);
  expect(stderr.trim().split("\n")).toEqual([expect.stringContaining("tmux is missing: install it")]);
});

test("without git the same", () => {
  const { status, stderr } = withOnly([], "true");
  expect(status).toBe(1);
  expect(stderr).toContain("git is missing");
});

test("with everything there, the command runs with the project's own Node first and its exit code is ours", () => {
  const { status, stdout } = withOnly(
    ["git", "tmux", "sh"],
    "node",
    "-e",
    "console.log(process.version); process.exit(7)",
  );
  expect(stdout).toMatch(/^v24\./);
  expect(status).toBe(7);
});
