import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type GitWorld, makeWorld } from "#test/runner/git/world.ts";
import { leaveWorktree } from "./idle-worktree.ts";
import { openHome } from "./world.ts";

const root = join(import.meta.dirname, "../../..");
const home = openHome();
const clone = join(home.folder, "clone");
const env = {
  CC_ORCHESTRATOR_SERVER: "http://127.0.0.1:9",
  GITHUB_API_URL: "http://127.0.0.1:9",
  PATH: `${join(home.folder, "bin")}:${process.env.PATH ?? ""}`,
};
let git: GitWorld;

beforeAll(async () => {
  git = await makeWorld();
});
afterAll(async () => {
  home.close();
  await git.close();
});

it("doctor --fix removes a worktree that nothing works in, and its work can be brought back (I7)", async () => {
  const path = await leaveWorktree(git, home.state, "TASK-12");
  const doctor = (...args: string[]) => home.run(["doctor", ...args], env);
  expect((await doctor()).out).toMatch(/! worktrees +nothing works in that of TASK-12/);
  expect(existsSync(path)).toBe(true);
  const { err } = await doctor("--fix");
  expect(err).toContain(
    "Mended: removed the worktree of TASK-12, its work saved: cc-orchestrator task recover TASK-12\n",
  );
  expect(existsSync(path)).toBe(false);
  const { out } = await home.run(["task", "recover", "TASK-12", "--list", "--json"], env);
  expect(JSON.parse(out).saved).toHaveLength(1);
});

it("doctor --fix builds the dashboard of a clone that has none yet, and says when that fails", async () => {
  for (const part of ["src", "runner", "package.json", "dashboard/index.html"])
    cpSync(join(root, part), join(clone, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
  const doctor = async (...args: string[]) => {
    const command = [join(clone, "src/cli/main.ts"), "doctor", ...args];
    const around = { env: { ...env, HOME: home.folder }, extendEnv: false, cwd: home.folder, timeout: 20_000 };
    return execa(process.execPath, command, { ...around, reject: false, stdin: "ignore" });
  };
  const npm = (script: string) => {
    mkdirSync(join(home.folder, "bin"), { recursive: true });
    writeFileSync(join(home.folder, "bin/npm"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  };
  npm("echo no space left >&2; exit 1");
  const failed = await doctor("--fix");
  expect(failed.stdout).toMatch(/! dashboard +not built yet/);
  expect(failed.stderr).toMatch(/Not mended: not built yet: .*npm run build/);
  npm('test "$*" = "run build" && mkdir -p dist/dashboard && echo page > dist/dashboard/index.html');
  const mended = await doctor("--fix");
  expect(mended.stdout).toMatch(/✓ dashboard +built/);
  expect(mended.stderr).toContain("Mended: built the dashboard");
});
