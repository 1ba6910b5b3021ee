import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openWorld, type World } from "#test/world/world.ts";

const program = join(import.meta.dirname, "../../src/cli/main.ts");
const home = mkdtempSync(join(tmpdir(), "cco-login-"));
const profiles = join(home, ".config/cc-orchestrator/profiles.json");
let world: World;
beforeAll(async () => {
  world = await openWorld({ runner: false, signIn: true });
  world.github.createUser("mallory");
}, 60_000);
afterAll(async () => {
  await world?.close();
  rmSync(home, { recursive: true, force: true });
});

function cco(...args: string[]) {
  const env = { HOME: home, PATH: process.env.PATH ?? "" };
  return execa(process.execPath, [program, ...args], { env, extendEnv: false, reject: false, timeout: 60_000 });
}

/** Somebody begins to log in, reads the code, and answers at GitHub's page. */
async function login(as: string, answer: "go" | "cancel") {
  const child = cco("login", "--profile", "work", "--server", world.server.url, "--device");
  let said = "";
  const code = new Promise<string>((resolve) => {
    child.stderr.on("data", (chunk: Buffer) => {
      said += String(chunk);
      const found = /^ {4}([A-Z0-9]{4}-[A-Z0-9]{4})$/m.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.then(() => resolve(""));
  });
  const user_code = await code;
  expect(said).toContain(`Open ${world.github.url}/login/device`);
  const body = new URLSearchParams({ user_code, login: as, answer });
  await fetch(`${world.github.url}/login/device`, { method: "POST", body });
  const { exitCode, stdout, stderr } = await child;
  return { code: exitCode, out: stdout, err: stderr };
}

it("login --device signs a person in with GitHub, keeps what it gave for them alone, and they may what their role allows (S36)", async () => {
  expect(await login("ada", "go")).toMatchObject({ code: 0, out: `logged in  ${world.server.url}  as ada` });
  expect(statSync(profiles).mode & 0o777).toBe(0o600);
  // GitHub's own token is given back, and never kept here.
  expect(readFileSync(profiles, "utf8")).not.toContain("ghu_");
  expect(world.github.userTokens.every(({ isRevoked }) => isRevoked)).toBe(true);
  expect((await cco("profile", "list")).stdout).toMatch(/\* +work .* ada$/m);
  expect(await cco("task", "list")).toMatchObject({ exitCode: 0 });
  expect(await cco("runner", "token")).toMatchObject({ exitCode: 4, stdout: "" });
  // Forgetting it ends it at the server as well.
  const { token } = JSON.parse(readFileSync(profiles, "utf8")).profiles.work;
  expect(await cco("profile", "remove", "work", "--yes")).toMatchObject({ exitCode: 0, stderr: "" });
  const headers = { authorization: `Bearer ${token}` };
  expect((await fetch(`${world.server.url}/api/tasks`, { headers })).status).toBe(401);
}, 60_000);

it("4 for somebody who says no at GitHub, and for somebody without a role; nothing is kept", async () => {
  expect(await login("ada", "cancel")).toMatchObject({
    code: 4,
    out: "",
    err: expect.stringContaining("may not know"),
  });
  expect(await login("mallory", "go")).toMatchObject({ code: 4, err: expect.stringContaining("mallory has no role") });
  expect(JSON.parse(readFileSync(profiles, "utf8")).profiles).toEqual({});
  expect(world.github.violations).toEqual([]);
}, 60_000);
