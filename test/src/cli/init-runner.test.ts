import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openStandIn, type StandIn } from "./server.ts";
import { openTerminal } from "./terminal.ts";
import { openHome } from "./world.ts";

const program = join(import.meta.dirname, "../../../src/cli/main.ts");
const home = openHome();
const registration = join(home.state, "runner/registration.json");
const token = "one-time-token-of-the-test";
const env = { HOME: home.folder, PATH: `${home.folder}/bin:${process.env.PATH ?? ""}` };
const soon = { timeout: 15_000, interval: 50 };
let server: StandIn;
beforeAll(async () => {
  server = await openStandIn({ register: { runnerId: 3, credential: "credential-of-the-runner" } });
  mkdirSync(join(home.folder, "bin"));
  for (const name of ["systemctl", "launchctl"]) {
    writeFileSync(join(home.folder, "bin", name), `#!/bin/sh\necho "$@" >> "$HOME/started"\n`);
    chmodSync(join(home.folder, "bin", name), 0o755);
  }
});
beforeEach(() => {
  server.asked.length = 0;
});
afterAll(async () => {
  await server.close();
  home.close();
});

async function init(...args: string[]) {
  const all = [program, "init", "--runner", ...args];
  const options = { env, extendEnv: false, reject: false, input: `${token}\n`, timeout: 20_000 } as const;
  const { exitCode, stdout, stderr } = await execa(process.execPath, all, options);
  return { code: exitCode, out: stdout, err: stderr };
}

describe("init --runner", () => {
  it("asks for server and token, registers, shows what would start it, and starts it after a yes", async () => {
    const command = `'${process.execPath}' '${program}' init --runner --name box`;
    const terminal = await openTerminal(command, { folder: home.folder, env, columns: 60, rows: 50 });
    try {
      await expect.poll(() => terminal.screen(), soon).toContain("Which server");
      await terminal.type(server.url);
      await expect.poll(() => terminal.screen(), soon).toContain("runner token");
      await terminal.type(token);
      await expect.poll(() => terminal.screen(), soon).toContain("Write it and start it?");
      expect(await terminal.screen()).toMatch(/RestartPreventExitStatus=78|AbandonProcessGroup/);
      expect(existsSync(join(home.folder, "started"))).toBe(false);
      await terminal.press("Enter");
      await expect.poll(() => terminal.screen(), soon).toContain("ended 0");
      expect(await terminal.screen()).not.toContain(token);
    } finally {
      await terminal.close();
    }
    expect(server.asked).toMatchObject([{ name: "register", body: { token, name: "box" } }]);
    expect(statSync(registration).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(home.folder, "started"), "utf8")).toContain("cc-orchestrator");
  });

  it("takes everything by flags, the token by stdin, for programs", async () => {
    const ended = await init("--server", server.url, "--name", "box", "--slots", "3", "--with-token", "--json");
    expect(ended).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(ended.out)).toEqual({
      runnerId: 3,
      name: "box",
      server: server.url,
      path: registration,
      installed: false,
    });
    expect(server.asked).toMatchObject([{ body: { token, slots: 3 } }]);
  });

  it("2 where nobody can be asked, 4 for a token that the server does not take, 5 for a server that is away", async () => {
    rmSync(registration);
    expect(await init()).toMatchObject({ code: 2, err: expect.stringContaining("--server") });
    expect(await init("--server", server.url)).toMatchObject({ code: 2, err: expect.stringContaining("--with-token") });
    expect(await init("--app")).toMatchObject({ code: 2, err: expect.stringContaining("one at a time") });
    const away = await init("--server", "http://127.0.0.1:9", "--with-token");
    expect(away).toMatchObject({ code: 5, err: expect.stringContaining("does not answer") });
    server.answers.register = { status: 401, code: "bad_token", title: "This token is used up." };
    expect(await init("--server", server.url, "--with-token")).toMatchObject({ code: 4, out: "" });
  });
});

describe("runner register", () => {
  it("keeps its credential for its owner alone", async () => {
    server.answers.register = { runnerId: 9, credential: "credential-of-the-runner" };
    const flags = ["--server", server.url, "--token", token, "--name", "box", "--labels", "linux,gpu", "--slots", "3"];
    const more = ["--repository", "octocat/a", "--repository", "octocat/b"];
    const { code, out, err } = await home.run(["runner", "register", ...flags, ...more]);
    expect({ code, out }).toEqual({ code: 0, out: "box\n" });
    expect(out + err).not.toContain("credential-of-the-runner");
    const asked = { name: "box", labels: ["linux", "gpu"], slots: 3, repositories: ["octocat/a", "octocat/b"] };
    expect(server.asked).toMatchObject([{ name: "register", token: null, body: { token, ...asked } }]);
    expect(statSync(registration).mode & 0o777).toBe(0o600);
    expect(statSync(join(registration, "..")).mode & 0o777).toBe(0o700);
    const kept = { server: server.url, runnerId: 9, credential: "credential-of-the-runner", ...asked };
    expect(JSON.parse(readFileSync(registration, "utf8"))).toEqual(kept);
  });
});
