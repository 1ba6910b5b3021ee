import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { namedSocket } from "#runner/terminal/socket.ts";
import { tmuxSocketOf } from "../../../src/config/tmux-socket.ts";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { aRun, aRunner, aTask, openHome } from "./world.ts";

const home = openHome();
const config = join(home.folder, ".config/cc-orchestrator");
const project = join(home.folder, "project");
const claude = join(import.meta.dirname, "../../../node_modules/.bin/claude");
let server: StandIn;
let asked: string[] = [];
let hasLabel = false;
let isRefused = false;
const gitHub = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  const isMade = request.method === "POST" && !isRefused;
  hasLabel ||= isMade;
  const status = request.method === "POST" ? (isMade ? 201 : 403) : hasLabel ? 200 : 404;
  response.writeHead(status, { "content-type": "application/json" }).end("{}");
});
let env: Record<string, string>;

beforeAll(async () => {
  server = await openStandIn({ health: { ok: true, version: "0.1.0" }, listRunners: { runners: [aRunner()] } });
  await new Promise<void>((resolve) => gitHub.listen(0, "127.0.0.1", resolve));
  env = {
    CC_ORCHESTRATOR_SERVER: server.url,
    CC_ORCHESTRATOR_TOKEN: operatorToken,
    ANTHROPIC_API_KEY: "sk-ant-of-the-test",
    GITHUB_TOKEN: "ghp_personal-of-the-test",
    // Its npm builds nothing.
    PATH: `${join(home.folder, "bin")}:${process.env.PATH ?? ""}`,
    GITHUB_API_URL: `http://127.0.0.1:${(gitHub.address() as AddressInfo).port}`,
  };
  mkdirSync(join(home.folder, "bin"));
  writeFileSync(join(home.folder, "bin/npm"), "#!/bin/sh\n", { mode: 0o755 });
  await execa("git", ["init", "--quiet", project]);
  await execa("git", ["remote", "add", "origin", "git@github.com:octocat/hello-world.git"], { cwd: project });
  mkdirSync(join(project, ".github"));
  writeFileSync(join(project, ".github/cc-orchestrator.yml"), "label: please\n");
});
beforeEach(() => {
  server.answers.listTasks = { tasks: [aTask({ runs: [aRun({ summary: "said in confidence" })] })] };
  asked = [];
});
afterAll(async () => {
  await server.close();
  gitHub.close();
  home.close();
});

const doctor = (...args: string[]) => home.run(["doctor", "--claude", claude, ...args], env, project);
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe("doctor --fix", () => {
  it("makes private what others can look into (S53), and says what it did", async () => {
    mkdirSync(home.state, { recursive: true });
    mkdirSync(config, { recursive: true });
    const files = [join(config, "config.yaml"), join(config, "profiles.json"), join(home.state, "operator.token")];
    for (const file of files) writeFileSync(file, file.endsWith("json") ? '{"use":null,"profiles":{}}' : "");
    for (const file of files) chmodSync(file, 0o644);
    chmodSync(home.state, 0o755);
    const before = await doctor();
    expect(before).toMatchObject({ code: 1, err: expect.stringContaining("can be mended for you") });
    for (const file of files) expect(before.out).toContain(`chmod 600 ${file}`);
    const { code, out, err } = await doctor("--fix");
    expect({ code, found: out.match(/look into/g) }).toEqual({ code: 0, found: null });
    hasLabel = false;
    for (const file of files)
      expect([file, modeOf(file), err.includes(`Mended: made ${file}`)]).toEqual([file, 0o600, true]);
    expect(modeOf(home.state)).toBe(0o700);
  });

  it("makes the issue label at GitHub that the policy file names", async () => {
    expect((await doctor()).out).toMatch(/! issue label +octocat\/hello-world has no label please/);
    const json = await doctor("--fix", "--json");
    expect(JSON.parse(json.out).fixed).toEqual({
      done: expect.arrayContaining(["made the label please in octocat/hello-world"]),
      failed: [],
    });
    expect(asked).toContain("POST /repos/octocat/hello-world/labels");
    expect((await doctor()).out).toMatch(/✓ issue label +please in octocat/);
  });

  it("removes a socket that nothing listens at, and leaves one that somebody does", async () => {
    // Where the tmux server of the runner in this folder listens.
    const socket = namedSocket(tmuxSocketOf(join(home.state, "runner")));
    mkdirSync(dirname(socket), { recursive: true, mode: 0o700 });
    const listening = await openSocket(socket);
    expect((await doctor()).out).not.toContain("nothing listens");
    await listening.leave();
    expect((await doctor("--fix")).err).toContain(`Mended: removed ${socket}`);
    expect(existsSync(socket)).toBe(false);
  });

  it("says what it could not mend", async () => {
    hasLabel = false;
    isRefused = true;
    const { err } = await doctor("--fix");
    expect(err).toMatch(/Not mended: octocat\/hello-world has no label please: GitHub refused \(403\)/);
  });
});

describe("doctor --bundle", () => {
  const bundle = join(home.folder, "support.tar.gz");

  it("holds versions, checks, configuration and logs, for its owner alone, without a secret in it (S43)", async () => {
    const planted = {
      env: "planted-secret-of-the-environment",
      yaml: "planted-secret-of-the-yaml",
      profile: "planted-secret-of-a-profile",
      operator: "planted-secret-of-the-operator",
      runner: "planted-secret-of-the-runner",
    };
    const vendor = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`;
    writeFileSync(join(config, "config.yaml"), `server: { webhook_secret: "${planted.yaml}" }\n`, { mode: 0o600 });
    const work = { server: server.url, token: planted.profile, login: null };
    writeFileSync(join(config, "profiles.json"), JSON.stringify({ use: null, profiles: { work } }), { mode: 0o600 });
    writeFileSync(join(home.state, "operator.token"), `${planted.operator}\n`, { mode: 0o600 });
    const registration = join(home.state, "runner/registration.json");
    const runner = { server: server.url, runnerId: 1, credential: planted.runner, name: "box", labels: [], slots: 1 };
    mkdirSync(dirname(registration), { recursive: true, mode: 0o700 });
    writeFileSync(registration, JSON.stringify({ ...runner, repositories: [] }), { mode: 0o600 });
    const log = [...Object.values(planted), vendor].map((secret) => `{"msg":"used ${secret} for it"}`).join("\n");
    writeFileSync(
      join(home.state, "web.log"),
      `${log}\n${Buffer.from(planted.env).toString("base64")}\nan ordinary line\n`,
    );
    await home.run(["doctor", "--bundle", bundle], { ...env, CC_ORCHESTRATOR_SLACK_TOKEN: planted.env }, project);
    expect(modeOf(bundle)).toBe(0o600);
    const into = join(home.folder, "unpacked");
    mkdirSync(into);
    await execa("tar", ["-xzf", bundle, "-C", into]);
    const names = (await execa("tar", ["-tzf", bundle])).stdout.split("\n").sort();
    expect(names).toEqual(
      ["config.json", "doctor.json", "logs/web.log", "server.json", "versions.json"].map(
        (one) => `cc-orchestrator/${one}`,
      ),
    );
    const all = names.map((name) => readFileSync(join(into, name), "utf8")).join("\n");
    for (const secret of [...Object.values(planted), vendor, env.GITHUB_TOKEN, env.ANTHROPIC_API_KEY, operatorToken])
      expect([secret, all.includes(secret ?? "")]).toEqual([secret, false]);
    expect(all).not.toContain(Buffer.from(planted.env).toString("base64"));
    expect(all).not.toMatch(/Add a greeting|said in confidence|octocat\/hello-world#|mona/);
    for (const words of ["an ordinary line", "[redacted]", '"TASK-12"', '"claudeVersion": "2.1.197"', '"node"'])
      expect(all).toContain(words);
  });

  it("is not written over something that is there; 1, and it stays", async () => {
    writeFileSync(bundle, "mine");
    const { code, err } = await doctor("--bundle", bundle);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("cannot be written") });
    expect(readFileSync(bundle, "utf8")).toBe("mine");
    rmSync(bundle);
  });

  it("says what was not reached", async () => {
    const gone = await home.run(
      ["doctor", "--bundle", bundle, "--json", "--server", "http://127.0.0.1:9"],
      env,
      project,
    );
    expect(JSON.parse(gone.out)).toMatchObject({ bundle });
    const { stdout } = await execa("tar", ["-xzOf", bundle, "cc-orchestrator/server.json"]);
    expect(JSON.parse(stdout)).toMatchObject({ reached: false });
  });
});

/** A socket whose file stays when nobody listens any more, as after a kill. */
async function openSocket(path: string) {
  const child = execa(
    process.execPath,
    ["-e", `require("net").createServer().listen(${JSON.stringify(path)},()=>console.log("up"))`],
    {
      reject: false,
    },
  );
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return {
    async leave() {
      child.kill("SIGKILL");
      await child;
    },
  };
}
